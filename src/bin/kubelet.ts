#!/usr/bin/env node
import { FlagError } from '#base/flags'
import { kubernetesVersion } from '#base/kubernetes-version'
import {
  faultText,
  kubeletFlags,
  kubeletHelp,
  kubeletSettingsFromFlags,
  parseKubeletFlags,
  startKubelet,
} from '#cluster'
import {
  createLog,
  files,
  keepYoungGenerationSmall,
  logFolder,
  onStopSignal,
  realClock,
  realRandom,
} from '#host/index'

// A node rests most of its life, and memory is its pods'.
keepYoungGenerationSmall()
await main(process.argv.slice(2))

/** Reads the flags and looks after the node until asked to stop; containers go on running after that. */
async function main(argv: readonly string[]): Promise<void> {
  const read = await readFlags(argv)
  if (!read) return
  const { values, warnings } = read
  const log = createLog({ part: 'kubelet', verbosity: values.verbosity })
  for (const { message, why } of warnings) log.warn(message, { err: why })
  const stopped = new Promise<void>((resolve) => {
    onStopSignal((signal) => {
      log.info('Stopping', { signal })
      resolve()
    })
  })
  try {
    const context = {
      files,
      readLogs: logFolder('/var/log'),
      userAgent: `kubelet/${kubernetesVersion.gitVersion}`,
    }
    const settings = await kubeletSettingsFromFlags(values, context)
    if (settings.server && settings.clientCa === undefined && !settings.anonymousAuth)
      log.warn('Nobody gets in on the port of the server: logs and exec need --client-ca-file')
    if (values.apiServers.length > 1)
      log.warn('Only the first of --api-servers is used', { server: values.apiServers[0] })
    const running = await startKubelet(settings, { clock: realClock, random: realRandom, log, files })
    log.info('Started kubelet', { node: running.nodeName, url: running.url })
    await stopped
    await running.close()
    settings.client?.transport.close()
  } catch (error) {
    fail(error)
  }
  process.exit()
}

/** The flags' values; undefined when the process has said what it was asked to say. */
async function readFlags(argv: readonly string[]) {
  try {
    const { values, args, warnings } = await parseKubeletFlags(argv, files)
    if (values.help) {
      process.stdout.write(kubeletHelp(process.stdout.columns ?? 0))
      return undefined
    }
    if (values.version) {
      process.stdout.write(`Kubernetes ${kubernetesVersion.gitVersion}\n`)
      return undefined
    }
    if (args.length > 0)
      throw new FlagError(`unknown command ${JSON.stringify(args[0])}: kubelet takes only flags`)
    return { values, warnings }
  } catch (error) {
    fail(error)
    return undefined
  }
}

/** Ends the process with a message that says what is right, where that is known. */
function fail(error: unknown): void {
  process.stderr.write(faultText('kubelet', kubeletFlags, error))
  process.exitCode = 1
}
