import random
import time

seed = int(time.time())
random.seed(seed)  # expect
with open("out.txt", "w") as out:
    out.write(str(seed))


def main():
    return None


if __name__ == "__main__":
    main()
