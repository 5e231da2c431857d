"""Outside packages driven as libraries, one file each, under settings of our own making."""
