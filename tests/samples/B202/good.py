"""Not told: A tar archive is unpacked without a look at its members."""

import tarfile

tarfile.open(path).extractall(folder, filter="data")
