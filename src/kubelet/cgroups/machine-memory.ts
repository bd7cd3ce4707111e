import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MachineMemory } from '../env/resources.ts'

/** How the kernel of this machine counts memory. @param self the file that says in which cgroup this process is */
export function machineMemory(mount = '/sys/fs/cgroup', self = '/proc/self/cgroup'): MachineMemory {
  if (!existsSync(join(mount, 'cgroup.controllers')))
    return { cgroupVersion: 1, countsSwap: existsSync(join(mount, 'memory/memory.memsw.limit_in_bytes')) }
  const own = existsSync(self) ? (/^0::(.*)$/m.exec(readFileSync(self, 'utf8'))?.[1] ?? '/') : '/'
  return { cgroupVersion: 2, countsSwap: existsSync(join(mount, own, 'memory.swap.max')) }
}
