"""Fewer threads than were asked for, and what the process is called."""
from harness import case

TRAIN = ("storyteller train --data scenes:train=12,val=4 --out {0} --set embedding=4 --set hidden=8 "
         "--set attention=4 --set epochs=1 --set batch_size=3")


@case("A1", "captions under a limit of threads are those of that many threads")
def captions_under_a_limit(t):
    for limit in range(1, 5):
        free = t.ok(f"storyteller caption --json --threads {limit} $IN/scene.png")
        limited = t.ok("storyteller caption --json --threads 4 $IN/scene.png",
                       OMP_THREAD_LIMIT=str(limit))
        t.equal(limited.out, free.out, limited)
        if limit < 4:
            t.says(limited, f"warning: {limit} threads? computes?, not 4: OMP_THREAD_LIMIT")
        else:
            t.equal(limited.err, "", limited)


@case("A1", "the default number of threads stays within the limit")
def default_threads_under_a_limit(t):
    one = t.ok("storyteller caption --json --threads 1 $IN/scene.png")
    limited = t.ok("storyteller caption --json $IN/scene.png", OMP_THREAD_LIMIT="1")
    t.equal(limited.out, one.out, limited)
    t.equal(limited.err, "", limited)


@case("A1", "other variables that leave regions with fewer threads")
def other_variables(t):
    two = t.ok("storyteller caption --json --threads 2 $IN/scene.jpg")
    for variables in ({"OMP_MAX_ACTIVE_LEVELS": "0"}, {"OMP_DYNAMIC": "true"}, {"OMP_NUM_THREADS": "7"},
                      {"OMP_NUM_THREADS": "1,1"}, {"OMP_NESTED": "true"}, {"OMP_CANCELLATION": "true"}):
        found = t.ok("storyteller caption --json --threads 2 $IN/scene.jpg", **variables)
        t.equal(found.out, two.out, found)


@case("A1", "training under a limit of threads: the same bits as with that many")
def training_under_a_limit(t):
    for limit, threads in ((1, 2), (3, 8)):
        t.ok(TRAIN.format("free") + f" --threads {limit}")
        t.ok(TRAIN.format("limited") + f" --threads {threads}", OMP_THREAD_LIMIT=str(limit))
        # All columns but those of times: seconds and waited.
        same = t.sh("cmp <(cut -d, -f1-4,6-15 free/log.csv) <(cut -d, -f1-4,6-15 limited/log.csv)")
        t.equal(same.code, 0, same)
        t.ok("rm -r free limited")


@case("A1", "training that hung under a limit of three")
def training_that_hung(t):
    t.ok("storyteller train --data scenes:train=60,val=4 --out run3 --threads 8 --set embedding=8 "
         "--set hidden=16 --set attention=8 --set epochs=1", OMP_THREAD_LIMIT="3", seconds=120)


@case("A1", "every command that computes")
def commands_that_compute(t):
    for command in ("evaluate --data scenes:val=4", "evaluate --data scenes:val=4 --metrics spice,cider"):
        one = t.ok(f"storyteller {command} --json --threads 1")
        found = t.ok(f"storyteller {command} --json --threads 2", OMP_THREAD_LIMIT="1")
        t.equal(found.out, one.out, found)
        t.says(found, "warning: 1 thread computes, not 2: OMP_THREAD_LIMIT allows no more")


@case("A1", "a system that starts no more threads")
def no_more_threads(t):
    if t.sh("[ $(id -u) = 0 ] && command -v setpriv").code != 0:
        return  # root alone can become somebody who has no process yet
    one = t.ok("storyteller caption --json --threads 1 $IN/scene.jpg")
    # Somebody else, whose limit of processes holds; the folders above must let them pass.
    found = t.sh("chmod a+rx . && storyteller=$(readlink -f $(command -v storyteller)) && "
                 "cp $storyteller $IN/scene.jpg $STORYTELLER_MODEL . && chmod a+rx * && "
                 "setpriv --reuid 54321 --clear-groups --inh-caps=-all bash -c 'ulimit -u 2; "
                 "exec ./storyteller caption --model flickr8k.storyteller --json --threads 4 scene.jpg'")
    t.equal(found.code, 0, found)
    t.equal(found.json[0]["log_probability"], one.json[0]["log_probability"], found)
    t.says(found, "warning: . threads? computes?, not 4: the system starts no more")


@case("A1", "a training near the system's limit of threads")
def training_near_the_limit(t):
    if t.sh("[ $(id -u) = 0 ] && command -v setpriv").code != 0:
        return
    t.ok("chmod a+rwx . && cp $(readlink -f $(command -v storyteller)) . && chmod a+rx storyteller")
    for limit in (1, 2, 4, 6, 8, 10):
        t.ok("setpriv --reuid 54321 --clear-groups --inh-caps=-all bash -c "
             f"'ulimit -u {limit}; exec ./{TRAIN.format(f'run{limit}')} --threads 4'")


@case("A1", "doctor names the limit")
def doctor_names_the_limit(t):
    found = t.ok("storyteller doctor | grep -A 1 threads", OMP_THREAD_LIMIT="1")
    t.claim("OMP_THREAD_LIMIT 1" in found.out, "doctor does not name the limit", found)
    found = t.ok("storyteller doctor --json | grep '\"threads\"'")
    t.claim("OMP_THREAD_LIMIT" not in found.out, "doctor names a limit that is none", found)


@case("A25", "what is wrong with OMP_NUM_THREADS is said once")
def said_once(t):
    for name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT"):
        for value in ("abc", "0", "2,x"):
            found = t.ok(f"unset OMP_WAIT_POLICY; {name}={value} storyteller caption $IN/scene.jpg")
            t.equal(found.err.count(name), 1, found)


NAME = ("mkfifo q; (sleep 2 > q &); storyteller caption - < q & p=$!; sleep 1; "
        "cat /proc/$p/comm; kill -9 $p")


@case("A27", "the process is called storyteller")
def process_name(t):
    for before in ("", "unset OMP_WAIT_POLICY; "):
        found = t.ok(before + NAME)
        t.equal(found.lines, ["storyteller"], found)
        t.ok("rm q")


@case("A27", "a copy that is removed while it runs restarts itself all the same")
def removed_program(t):
    started = ("import os\nos.environ.pop('OMP_WAIT_POLICY', None)\n"
               "program = os.open('copy', os.O_RDONLY)\nos.unlink('copy')\n"
               "os.execve(program, ['storyteller', 'doctor'], os.environ)\n")
    found = t.ok(f"cp $(readlink -f $(command -v storyteller)) copy && python3 -c \"{started}\"")
    t.claim(any("waiting threads" in line and "passive" in line for line in found.lines),
            "it did not start again", found)


@case("A27", "started by naming the dynamic linker")
def dynamic_linker(t):
    found = t.sh("unset OMP_WAIT_POLICY; p=$(readlink -f $(command -v storyteller)); "
                 "l=$(ldd $p | grep -o '/[^ ]*ld-linux[^ ]*') && $l $p --version")
    t.claim(found.code != 0 and not found.err or found.out.startswith("storyteller"),
            "it started the linker again, not itself", found)
