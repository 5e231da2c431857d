// TODO: tile the loop  // expect: STB005
__global__ void add(float* x) {}
