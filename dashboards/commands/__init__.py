"""The commands of the command line beside serve and check, one file each."""
