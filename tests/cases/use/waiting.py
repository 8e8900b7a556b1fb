"""Waiting for input that does not come, and what a signal leaves behind."""
from harness import case

# Starts the command behind it (jobs of a script would ignore SIGINT), sends a signal after a while
# and says how the command ended, and after how many tenths of a second.
STOP = """
import signal, subprocess, sys, time
process = subprocess.Popen(
    sys.argv[3:], preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
time.sleep(float(sys.argv[2]))
process.send_signal(getattr(signal, sys.argv[1]))
begun = time.monotonic()
try:
    code = process.wait(25)
except subprocess.TimeoutExpired:
    process.kill()
    code = 999
print("code", code if code >= 0 else 128 - code, int(10 * (time.monotonic() - begun)))
"""


def stopped(t, signal, command, before=":", after=1.0, within=50):
    """The exit status of `command` after `signal`; it must come within tenths of a second: far
    less than what is waited for, and enough on a machine that does other things."""
    with open(t.path("stop.py"), "w", encoding="utf-8") as file:
        file.write(STOP)
    found = t.ok(f"{before}\npython3 stop.py {signal} {after} {command}; rm -f stop.py", seconds=40)
    word, code, tenths = found.lines[-1].split()
    t.equal(word, "code", found)
    t.claim(int(code) < 999 and int(tenths) <= within, "did not end at once", found)
    return int(code), found


@case("A8", "waiting for a list ends with the first signal")
def waiting_for_a_list(t):
    for signal, code in (("SIGINT", 130), ("SIGTERM", 143)):
        ended, found = stopped(t, signal, "storyteller caption - < q", "mkfifo q; (sleep 30 > q 2> /dev/null &)")
        t.equal(ended, code, found)
        t.ok("rm q")
    ended, found = stopped(t, "SIGINT", "storyteller caption --report p.html - < q",
                           "mkfifo q; ((echo $IN/scene.jpg; sleep 30) > q 2> /dev/null &)", after=2)
    t.equal(ended, 130, found)
    t.equal(len(found.lines), 2, found)
    t.ok("grep -q '1 pictures, stopped' p.html")


@case("A8", "waiting for a picture or a list in a pipe ends with the first signal")
def waiting_for_a_pipe(t):
    pipe = "rm -f p.jpg; mkfifo p.jpg"
    for before in (pipe, f"{pipe}; (sleep 30 > p.jpg 2> /dev/null &)"):
        for command in ("caption p.jpg", "caption $IN/scene.jpg p.jpg",
                        "score --hypotheses p.jpg --references p.jpg",
                        "data stats --data jsonl:p.jpg --split train", "train --data jsonl:p.jpg --out run"):
            ended, found = stopped(t, "SIGTERM", f"storyteller {command}", before)
            t.equal(ended, 143, found)
    t.exits("ls run", 2)


@case("A8", "a pipe that brings a picture is read")
def pipes_that_bring_something(t):
    t.equal(len(t.ok("mkfifo p; ((sleep 1; cat $IN/scene.jpg) > p &); storyteller caption p").lines), 1)
    t.equal(len(t.ok("storyteller caption <(cat $IN/scene.jpg) <(cat $IN/scene.png)").lines), 2)
    t.equal(len(t.ok("storyteller caption /dev/stdin < $IN/scene.jpg").lines), 1)


@case("A12", "a signal keeps what is finished")
def what_is_finished(t):
    folders = " ".join(["$IN/folders/forty"] * 8)
    ended, found = stopped(t, "SIGINT", f"storyteller caption --json --report p.html {folders}",
                           after=1.5, within=200)
    t.equal(ended, 130, found)
    lines = len(found.lines) - 1
    t.claim(0 < lines < 320, "stopped too late or too early", found)
    t.ok(f"grep -q ': {lines} of 320, stopped' p.html")
    t.equal(int(t.ok("grep -o '<article' p.html | wc -l").out), lines)
    t.equal(t.ok("ls").lines, ["p.html"])
