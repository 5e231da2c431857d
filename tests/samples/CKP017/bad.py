import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--resume")  # expect
args = parser.parse_args()
