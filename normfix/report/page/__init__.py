"""The parts of the HTML report, a module each, with the style and the script that are put into the page."""
