"""Parts of views, one file a part: a function that takes the view and gives what it shows."""
