// The server as a process: how soon it is there, and how much memory it takes.
import type { Bench } from '../bench.ts'
import { residentMiB } from '../process.ts'
import { type Measured, quantile, type Row } from '../row.ts'
import { startOurs, type Subject } from '../subject.ts'

const tiny = async () => Buffer.from('ok')
const idleMs = 3_000

/** Starts and ends a server again and again for so long. */
async function starts(start: () => Promise<Subject>, seconds: number): Promise<Measured> {
  const times: number[] = []
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const subject = await start()
    times.push(subject.startMs)
    await subject.stop()
  }
  const sorted = times.toSorted((a, b) => a - b)
  return { value: quantile(sorted, 0.5), p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) }
}

/** Memory of a server that has had nothing to do for a while. */
async function idle(subject: Subject): Promise<Measured> {
  await new Promise((resolve) => setTimeout(resolve, idleMs))
  const value = residentMiB(subject.pid as number)
  await subject.stop()
  return { value }
}

const resident = ({ pid }: Subject): Measured => ({ value: residentMiB(pid as number) })

/** The rows of a fresh server. */
export const rows: readonly Row[] = [
  {
    name: 'from spawn to ready',
    floorName: 'bare TLS server',
    unit: 'ms',
    needsProcess: true,
    ours: (_, seconds) => starts(() => startOurs(), seconds),
    floor: (bench, seconds) => starts(() => bench.startFloor(tiny), seconds),
  },
  {
    name: 'resident, idle',
    floorName: 'bare TLS server',
    unit: 'MiB',
    needsProcess: true,
    ours: async () => idle(await startOurs()),
    floor: async (bench) => idle(await bench.startFloor(tiny)),
  },
]

/** The row that comes when all others have run. */
export const lastRows: readonly Row[] = [
  {
    name: 'resident, after all rows',
    floorName: 'bare TLS server, same lists',
    unit: 'MiB',
    needsProcess: true,
    ours: async (bench: Bench) => resident(await bench.ours()),
  },
]
