// What an idle API server takes of memory, beside a bare node:http server. Usage: node bench/memory.ts [seconds]
import { readFileSync } from 'node:fs'
import { startFloor, startOurs, type Subject } from './subject.ts'

const seconds = Number(process.argv[2] ?? 5)
const columns = ['Rss', 'Pss', 'Private_Dirty', 'Anonymous'] as const

/** MiB by kind, once the process has been idle for a while. */
async function idle(subject: Subject): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const text = readFileSync(`/proc/${subject.pid}/smaps_rollup`, 'utf8')
  await subject.stop()
  return columns.map((name) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]
    return (Number(kib) / 1024).toFixed(1)
  })
}

const rows = [
  ['MiB', ...columns],
  ['bare node:http', ...(await idle(await startFloor('')))],
  ['kube-apiserver, embedded store', ...(await idle(await startOurs()))],
]
for (const [name = '', ...cells] of rows)
  process.stdout.write(`${name.padEnd(32)}${cells.map((cell) => cell.padStart(15)).join('')}\n`)
