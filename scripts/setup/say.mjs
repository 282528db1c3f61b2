// Words for the person at the terminal. They go to standard error: standard output belongs to the command
// that the set-up runs before, whose output a script may read.

export function say(line) {
  process.stderr.write(`${line}\n`)
}

export function fail(message) {
  say(`\n${message}`)
  process.exit(1)
}
