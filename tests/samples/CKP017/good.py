import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--resume")
args = parser.parse_args()
print(args.resume)
