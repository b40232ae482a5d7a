"""`meshtrail`: the command line, composed from what each room offers."""
