"""Options, numbers and names as people type them."""
from harness import case


@case("A7", "names in square brackets are names")
def names_in_brackets(t):
    t.ok("cd $IN/names && storyteller caption '[brackets]'")
    t.ok("cd $IN/names_bracket && storyteller caption '[holiday]'")
    right = t.ok("storyteller caption --json $IN/scene.png").json[0]["log_probability"]
    t.ok("mkdir x; cp $IN/scene.jpg x/a; cp $IN/scene.png x/'[a]'; cp $IN/scene.png x/'[]'; "
         "cp $IN/scene.png x/'[a,b]'; cp $IN/scene.png x/++")
    found = t.ok("cd x && storyteller caption --json '[a]' -- '[]' '[a,b]' ++")
    t.equal([line["image"] for line in found.json], ["[a]", "[]", "[a,b]", "++"], found)
    t.equal([line["log_probability"] for line in found.json], 4 * [right], found)
    t.ok("storyteller average --out '[out]' $STORYTELLER_MODEL --set '[beam]=3' || true; "
         "cp $STORYTELLER_MODEL '[m,n]'; storyteller average '[m,n]' --out '[out]'; test -s '[out]'")
    t.ok("storyteller caption --model '[out]' $IN/scene.png")
    t.exits("storyteller score --hypotheses '[a,b]' --references '[c]'", 3, r"\[c\]")


@case("A21", "a number is finite and in range")
def numbers(t):
    for option in ("length-penalty", "max-bad"):
        for value in ("nan", "-nan", "inf", "NaN", "1e400", "0x", "", "-1"):
            t.exits(f"storyteller caption --json --{option} '{value}' $IN/scene.jpg", 2, f"--{option}: ")
    t.exits("storyteller caption --max-bad nan $IN/folders/all_bad", 2, "'nan' is not a number from 0 to 1")
    for command in ("evaluate", "train --out o", "data verify", "data stats", "data import --out o"):
        t.exits(f"storyteller {command} --data scenes --max-bad nan", 2, "not a number from 0 to 1")
    t.exits("storyteller caption --length-penalty 0,7 a.jpg", 2, "decimal point, not a comma")
    t.exits("storyteller caption --beam 3.0 a.jpg", 2, "'3.0' is not a whole number from 1 to 100")
    t.exits("storyteller caption --max-bad 5% $IN/folders/all_bad", 2, "write 5 % as 0.05")
    t.ok("storyteller caption --beam ' 2' --threads +1 $IN/scene.jpg")


@case("A22", "an option is sent to the command that it belongs to")
def place_of_options(t):
    found = t.exits("storyteller --model m caption a.jpg", 2,
                    "unknown option '--model'; it is an option of 'storyteller caption'")
    t.does_not_say(found, "did you mean")
    t.exits("storyteller --beam 3", 2, "it is an option of 'storyteller caption'")
    t.exits("storyteller caption --version", 2, "it is an option of 'storyteller'")
    t.exits("storyteller data --json verify --data scenes", 2, "option of 'storyteller data verify'")


@case("A22", "a picture where a command is expected")
def picture_for_command(t):
    t.exits("storyteller photo.jpg", 2, "write: storyteller caption photo.jpg")
    t.exits("cp $IN/scene.jpg picture; storyteller picture", 2, "write: storyteller caption picture")
    t.exits("storyteller captoin", 2, "did you mean 'caption'")


@case("A22", "help is a command as well as an option")
def help_words(t):
    for words, option in (("help", "--help"), ("caption help", "caption --help"),
                          ("help caption", "caption --help"), ("help data verify", "data verify --help"),
                          ("data verify help", "data verify --help"), ("data help", "data --help")):
        t.equal(t.ok(f"storyteller {words}").out, t.ok(f"storyteller {option}").out)
    t.exits("storyteller help captoin", 2, "did you mean 'caption'")
    t.exits("storyteller version", 2, "--version")
    t.exits("storyteller -v", 2, "--version")


@case("A22", "options of other programs")
def habits(t):
    for words, advice in (("--output o.txt", "> FILE"), ("-o o.txt", "> FILE"), ("--num-beams 3", "'--beam'"),
                          ("--num_beams=3", "'--beam'"), ("--batch 3", "batches"), ("--quiet", "2> /dev/null"),
                          ("-v", "no more to say"), ("-m x", "'--model'"), ("-j 2", "'--threads'"),
                          ("-q", "2> /dev/null"), ("--gpu", "'--device cuda'"), ("-recursive", "recursive"),
                          ("-t 2", "'--threads'"), ("--max_length 9", "'--max-words'")):
        t.exits(f"storyteller caption a.jpg {words}", 2, advice)
    t.exits("storyteller train --data scenes --out o --epochs 3", 2, "'--set epochs=N'")
    t.exits("storyteller train --data scenes --out o --batch_size 3", 2, "'--set batch_size=N'")


@case("A22", "a flag takes no answer")
def flags(t):
    t.exits("storyteller caption --json false $IN/scene.jpg", 2, "--json takes no value: leave 'false' away")
    t.exits("storyteller caption \u2014json $IN/scene.jpg", 2, "write --json")
    t.exits("storyteller train --out o --data scenes --set epochs = 3", 2, "without blanks around =")
    t.exits("storyteller evaluate scenes", 2, "did you mean '--data scenes'")
    t.exits("storyteller evaluate --data scenes a.storyteller", 2, "did you mean '--model a.storyteller'")
    t.exits("storyteller caption --model --json $IN/scene.jpg", 2, "--model lacks its value")
    t.exits("storyteller caption --beam 3 --beam 4 $IN/scene.jpg", 2, "--beam is given 2 times")


@case("A22", "a file whose name begins with a dash")
def dash(t):
    t.exits("cd $IN/names && storyteller caption *", 2, "for the file of that name write ./-dash.jpg")
    t.ok("cd $IN/names && storyteller caption ./-dash.jpg && storyteller caption -- -dash.jpg")


@case("A22", "names of devices in any case")
def devices(t):
    for name in ("cpu", "CPU", "Auto"):
        t.ok(f"storyteller caption --device {name} $IN/scene.jpg")
    t.exits("storyteller caption --device cuda:99 $IN/scene.jpg", 8, "--device cuda:99: ")
    for name in ("tpu", "cuda:", "cuda:x", "cuda:-1"):
        t.exits(f"storyteller caption --device {name} $IN/scene.jpg", 2, "use cpu, cuda, cuda:N or auto")
    for name in ("gpu", "CUDA", "cuda:0"):
        found = t.sh(f"storyteller caption --device {name} $IN/scene.jpg")
        t.claim(found.code in (0, 8), "the first GPU is not understood", found)


@case("A23", "an empty value is an unset variable")
def empty_values(t):
    why = "the value is empty; is a shell variable unset"
    for words in ('--model "$UNSET"', "--model=", "--report ''", "--attention=''", "--device ''", "--beam ''"):
        t.exits(f"storyteller caption {words} $IN/scene.jpg", 2, why)
    t.exits('storyteller train --data "$UNSET" --out o', 2, why)
    t.exits("storyteller data stats --data scenes --split ''", 2, why)
    t.exits("storyteller score --hypotheses '' --references x", 2, why)


@case("A23", "a model's bare name, and the folder of a training")
def names_of_models(t):
    # The shipped model lies where the program, not a variable, says.
    found = t.exits("unset STORYTELLER_MODEL; storyteller caption --model flickr8k $IN/scene.jpg", 4,
                    r"flickr8k: did you mean .*models/flickr8k\.storyteller\?")
    t.does_not_say(found, "no such file")
    t.exits("mkdir run && cp $STORYTELLER_MODEL run/best.storyteller; "
            "storyteller caption --model run $IN/scene.jpg", 4, r"run: did you mean run/best\.storyteller\?")
    for name, why in (("run", "did you mean run/best"), ("~/none", "the shell puts your home"),
                      ("https://example.org/m", "a web address"), ("none", "no such file")):
        t.exits("storyteller caption $IN/scene.jpg", 4, f"STORYTELLER_MODEL: {name}: .*{why}", STORYTELLER_MODEL=name)


@case("A23", "a folder of models, and a pipe that brings one")
def folders_and_pipes(t):
    t.ok("mkdir d; cp $STORYTELLER_MODEL d/one.storyteller")
    t.exits("storyteller caption --model d $IN/scene.jpg", 4, r"d: did you mean d/one\.storyteller\?")
    t.exits("ln d/one.storyteller d/two.storyteller; storyteller caption --model d $IN/scene.jpg", 4, "is a folder")
    t.exits("storyteller caption --model <(cat d/one.storyteller) $IN/scene.jpg", 4, "a pipe .*save it as a file")
    t.exits("mkfifo p; storyteller evaluate --data scenes --model p", 4, "a pipe .*save it as a file", seconds=10)


@case("A22", "help and version that cannot be printed")
def help_that_is_lost(t):
    for words in ("--version", "--help", "caption --help", "help caption"):
        t.exits(f"storyteller {words} > /dev/full", 5, "cannot write to standard output")


@case("A25", "out of memory: what needs less is of the command")
def out_of_memory(t):
    for kilobytes in range(120000, 320000, 20000):
        found = t.sh(f"ulimit -v {kilobytes}; storyteller caption --threads 1 $IN/scene.jpg")
        t.claim(found.code in (0, 7), "neither a caption nor the word that memory is short", found)
        if found.code == 7:
            t.says(found, "--threads 1, --beam 1 and smaller pictures need less")
            t.does_not_say(found, "batch_size")


@case("A25", "long names are cut in the middle")
def long_names(t):
    found = t.exits("d=$(printf 'a%.0s' {1..200}); p=$d/$d/$d/$d/$d/$d/$d; mkdir -p $p; "
                    "storyteller caption $p/the_own_name.jpg", 3, r"^storyteller: error: aaaa.*\.\.\.a.*/the_own_name\.jpg: ")
    t.claim(len(found.err) < 2500, "the name is not cut", found)


@case("B37", "a variable whose name is almost that of a setting")
def almost_a_setting(t):
    train = "storyteller train --data scenes:train=12,val=4 --out o $C --set epochs=1"
    found = t.ok(train, STORYTELLER_EPOCH="3", STORYTELLER_MODLE="x")
    t.says(found, "STORYTELLER_EPOCH is not known; did you mean 'STORYTELLER_EPOCHS'?")
    t.says(found, "STORYTELLER_MODLE is not known; did you mean 'STORYTELLER_MODEL'?")
    found = t.ok("storyteller doctor", STORYTELLER_EPOCHS="3", STORYTELLER_DATA="/", STORYTELLER_CACHE="/tmp")
    t.equal(found.err, "", found)
