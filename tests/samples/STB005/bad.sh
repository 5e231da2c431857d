#!/bin/sh
# TODO: take the folder from outside  # expect: STB005
echo "# TODO: in a string"
make data # FIXME: slow  # expect: STB005
url=http://host/#TODO
