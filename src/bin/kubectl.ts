#!/usr/bin/env node
import { homedir } from 'node:os'
import { realClock } from '#host/clock'
import { onStopSignal } from '#host/signals'
import { kubectl } from '#kubectl'

const stop = new AbortController()
onStopSignal((signal) => stop.abort(new Error(`got ${signal}`)))
// A reader that has enough (`kubectl get pods | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})

process.exitCode = await kubectl(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  home: process.env['HOME'] ?? homedir(),
  clock: realClock,
  signal: stop.signal,
})
