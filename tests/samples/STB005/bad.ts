// TODO: type this  // expect: STB005
const url = "http://host/TODO";
const text = "// TODO: no";
/* FIXME: one line */ // expect: STB005
/*
 * XXX: in a block  expect: STB005
 */
call(); // HACK  // expect: STB005
const list = todoList();
