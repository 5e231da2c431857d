"""Where radon's count is a habit."""


def around(cfg):  # the closures' decisions are their own
    def first(a):
        return a if a else [b for b in cfg if b and b.c and b.d and b.e]

    def second(a):
        return a if a else [b for b in cfg if b and b.c and b.d and b.e]

    def third(a):
        return a if a else [b for b in cfg if b and b.c and b.d and b.e]

    return first, second, third


def made():
    class Inside:  # a class in a function: radon does not look at its methods
        def method(self, a):
            if a.a and a.b and a.c and a.d and a.e and a.f and a.g and a.h:
                return 1
            if a.a and a.b and a.c and a.d and a.e and a.f and a.g and a.h:
                return 2
            return 3

    return Inside


def asserted(a):  # an assert is one decision, whatever is in it
    assert a.a and a.b and a.c and a.d and a.e and a.f and a.g and a.h and a.i
    assert a.a and a.b and a.c and a.d and a.e and a.f and a.g and a.h and a.i


def matched(a):  # expect: CPX001
    match a:
        case 1:
            return 1
        case 2:
            return 1
        case 3:
            return 1
        case 4:
            return 1
        case 5:
            return 1
        case 6:
            return 1
        case 7:
            return 1
        case 8:
            return 1
        case 9:
            return 1
        case 10:
            return 1
        case 11:
            return 1
        case 12:
            return 1
        case 13:
            return 1
        case 14:
            return 1
        case 15:
            return 1
        case _:
            return 2
