#!/usr/bin/env node
import { FlagError, parseFlags } from '#base/flags'
import { kubernetesVersion } from '#base/kubernetes-version'
import { apiServerFlags, apiServerHelp, faultText, settingsFromFlags, startApiServer } from '#cluster'
import { createLog, files, logFolder, onStopSignal, ownAddress, realClock, realRandom } from '#host/index'

await main(process.argv.slice(2))

/** Reads the flags and serves until asked to stop. */
async function main(argv: readonly string[]): Promise<void> {
  const values = readFlags(argv)
  if (!values) return
  const log = createLog({ part: 'apiserver', verbosity: values.verbosity })
  const stop = new AbortController()
  const stopped = new Promise<void>((resolve) => {
    onStopSignal((signal) => {
      log.info('Stopping', { signal })
      stop.abort(new Error(`got ${signal}`))
      resolve()
    })
  })
  try {
    const settings = settingsFromFlags(values, { ownAddress: ownAddress(), logReader: logFolder })
    const host = { clock: realClock, random: realRandom, log, files, signal: stop.signal }
    // Who asks to stop is not kept waiting for a start that hangs.
    const running = await Promise.race([startApiServer(settings, host), stopped])
    if (!running) process.exit()
    log.info('The API server is ready', { url: running.url, insecureUrl: running.insecureUrl })
    await stopped
    await running.close()
  } catch (error) {
    if (!stop.signal.aborted) fail(error)
  }
  process.exit()
}

/** The flags' values; undefined when the process has said what it was asked to say. */
function readFlags(argv: readonly string[]) {
  try {
    const { values, args } = parseFlags(apiServerFlags, argv)
    if (values.help) {
      process.stdout.write(apiServerHelp(process.stdout.columns ?? 0))
      return undefined
    }
    if (values.version) {
      process.stdout.write(`Kubernetes ${kubernetesVersion.gitVersion}\n`)
      return undefined
    }
    if (args.length > 0)
      throw new FlagError(`"kube-apiserver" does not take any arguments, got ${JSON.stringify(args)}`)
    return values
  } catch (error) {
    fail(error)
    return undefined
  }
}

/** Ends the process with a message that says what is right, where that is known. */
function fail(error: unknown): void {
  process.stderr.write(faultText('kube-apiserver', apiServerFlags, error))
  process.exitCode = 1
}
