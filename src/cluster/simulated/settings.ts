import { join, resolve } from 'node:path'
import { FlagError } from '#base/flags'
import { parseQuantity, quantityValue } from '#base/quantity'
import type { HttpTransportOptions } from '#client'
import type { Taint } from '#kinds/gen/core-v1'
import { subdomainFaults } from '#schema/name-rules'
import type { Files } from '../apiserver/options.ts'
import { transportFromKubeconfig } from '../kubelet/kubeconfig.ts'
import { taintOf } from '../kubelet/settings.ts'
import type { NodeValues } from './flags.ts'
import type { Outcomes } from './outcomes.ts'

/** How nodes are simulated. */
export interface SimulatedSettings {
  readonly api: HttpTransportOptions
  readonly count: number
  readonly namePrefix: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  readonly podsMax: number
  readonly cpus: number
  readonly memoryBytes: number
  readonly outcomes: Outcomes
  readonly recordsEvents: boolean
}

const wrong = (name: string, value: unknown, why: string) =>
  new FlagError(`invalid argument ${JSON.stringify(String(value))} for "--${name}" flag: ${why}`)

/** Turns the flags of `kubeling node` into settings. @throws FlagError for values that cannot be right, saying what is. */
export async function simulatedSettings(values: NodeValues, files: Files): Promise<SimulatedSettings> {
  const { simulated, namePrefix, failPercent } = values
  if (simulated < 1)
    throw new FlagError(
      'say how many nodes to simulate with --simulated; the node that runs containers is "kubelet"',
    )
  const [nameFault] = subdomainFaults(`${namePrefix}0`)
  if (nameFault !== undefined) throw wrong('name-prefix', namePrefix, nameFault)
  if (failPercent < 0 || failPercent > 100)
    throw wrong('fail-percent', failPercent, 'must be between 0 and 100')
  const memory = parseQuantity(values.memory)
  const memoryBytes = memory ? quantityValue(memory) : 0
  if (memoryBytes < 1) throw wrong('memory', values.memory, 'it takes a quantity, as in 256Gi')
  return {
    api: await apiServer(values, files),
    count: simulated,
    namePrefix,
    labels: values.nodeLabels,
    taints: values.taints.map(taintOf),
    podsMax: atLeast(1, 'max-pods', values.maxPods),
    cpus: atLeast(1, 'cpus', values.cpus),
    memoryBytes,
    outcomes: {
      pullDelayMs: atLeast(0, 'pull-delay', values.pullDelay),
      startDelayMs: atLeast(0, 'start-delay', values.startDelay),
      runForMs: atLeast(0, 'run-for', values.runFor),
      failPercent,
    },
    recordsEvents: values.events,
  }
}

async function apiServer(values: NodeValues, files: Files): Promise<HttpTransportOptions> {
  const { server, kubeconfig } = values
  if (server === '')
    return await transportFromKubeconfig(resolve(kubeconfig || join(values.dataDir, 'kubeconfig')), files)
  if (kubeconfig !== '')
    throw new FlagError('--kubeconfig and --server both say where the API server is: give one')
  if (!/^https?:\/\/[^/\s]+\/?$/.test(server))
    throw wrong('server', server, 'it takes a URL, as in http://127.0.0.1:8080')
  return { server }
}

function atLeast(least: number, name: string, value: number): number {
  if (value < least) throw wrong(name, value, least === 0 ? 'must not be negative' : 'must be greater than 0')
  return value
}
