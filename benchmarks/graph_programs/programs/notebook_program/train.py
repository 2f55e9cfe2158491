import json

with open("program.ipynb") as stream:
    cells = json.load(stream)["cells"]
names = {}
for cell in cells:
    exec("".join(cell["source"]), names)
