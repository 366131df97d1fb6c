"""Shows and exports what geo computes; holds no formula."""
