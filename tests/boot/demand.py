"""One promise, one line."""


def expect(what, got, wanted):
    if got != wanted:
        raise SystemExit(f"FAILED: {what}\n  wanted: {wanted!r}\n  got:    {got!r}")
    print(f"  ok: {what}")
