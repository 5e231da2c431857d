import random

random.seed(42)


def main():
    return random.random()


if __name__ == "__main__":
    main()
