import argparse

parser = argparse.ArgumentParser()
OPTIONS = parser.parse_args()  # expect: CPX007
