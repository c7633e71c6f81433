#!/usr/bin/env python3
"""Every relative link in the Markdown files leads somewhere. Usage: links.py ROOT"""

import pathlib
import re
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", flags=re.M | re.S)


def check(root, files):
    findings, count = [], 0
    for file in files:
        text = FENCE.sub("", (root / file).read_text(encoding="utf-8"))
        for target in LINK.findall(text):
            path = target.split("#")[0]
            if "://" in target or target.startswith("mailto:") or not path:
                continue
            count += 1
            if not ((root / file).parent / path).exists():
                findings.append(f"{file}: the link {target} leads nowhere")
    return findings, count


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: links.py ROOT")
    root = pathlib.Path(sys.argv[1]).resolve()
    files = sorted(
        path.relative_to(root)
        for path in root.rglob("*.md")
        if "build" not in path.relative_to(root).parts
    )
    findings, count = check(root, files)
    for finding in findings:
        print(finding)
    print(f"{len(files)} files, {count} links, {len(findings)} findings")
    sys.exit(1 if findings or not files else 0)


if __name__ == "__main__":
    main()
