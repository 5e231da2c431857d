#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "torch==2.4",
#   "rich",
# ]
# ///
import torch
