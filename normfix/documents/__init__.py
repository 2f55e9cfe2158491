"""Files that hold Python among other things, as one text that can be scanned and put back."""
