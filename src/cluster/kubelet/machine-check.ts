import { readFile, stat } from 'node:fs/promises'

/** What a machine must be like for a kubelet to start on it. */
export interface MachineDemands {
  /** No swap may be on. */
  readonly failSwapOn?: boolean
  /** Cgroups must be of version 2. */
  readonly failCgroupV1?: boolean
  /** The kernel must be set as upstream's kubelet would set it. */
  readonly protectKernelDefaults?: boolean
}

/** What upstream's kubelet sets in the kernel, by path below /proc/sys. */
const kernelSettings: Readonly<Record<string, string>> = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
}

/** What is read of a machine. */
export interface MachineFacts {
  /** Lines of /proc/swaps after the head. */
  readonly swaps: readonly string[]
  readonly cgroupVersion: 1 | 2
  /** By path below /proc/sys. */
  readonly kernel: Readonly<Record<string, string>>
}

/** Why a kubelet does not start on a machine, in upstream's words; undefined when it may. */
export function machineFault(demands: MachineDemands, machine: MachineFacts): string | undefined {
  if (demands.failCgroupV1 && machine.cgroupVersion === 1)
    return 'kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is unsupported and will be removed in a future release'
  if (demands.failSwapOn && machine.swaps.length > 0)
    return `running with swap on is not supported, please disable swap or set --fail-swap-on flag to false. /proc/swaps contained: [${machine.swaps.join(' ')}]`
  if (!demands.protectKernelDefaults) return undefined
  const wrong = Object.entries(kernelSettings).flatMap(([name, wanted]) => {
    const found = machine.kernel[name]
    return found === wanted
      ? []
      : [`invalid kernel flag: ${name}, expected value: ${wanted}, actual value: ${found}`]
  })
  return wrong.length > 1 ? `[${wrong.join(', ')}]` : wrong[0]
}

/** Reads what demands are about. */
export async function readMachineFacts(): Promise<MachineFacts> {
  const text = (path: string) => readFile(path, 'utf8').catch(() => '')
  const names = Object.keys(kernelSettings)
  const values = await Promise.all(names.map(async (name) => (await text(`/proc/sys/${name}`)).trim()))
  const isUnified = await stat('/sys/fs/cgroup/cgroup.controllers').then(
    () => true,
    () => false,
  )
  return {
    swaps: (await text('/proc/swaps')).trim().split('\n').slice(1),
    cgroupVersion: isUnified ? 2 : 1,
    kernel: Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])),
  }
}
