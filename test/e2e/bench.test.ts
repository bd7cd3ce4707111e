// The benchmark is a program like the others: it runs, and finds no answer that is an error.
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { run } from '#testkit/host/process'

const main = resolve(import.meta.dirname, '../../bench/main.ts')

for (const row of ['get pod, 32', 'create pod, 32', 'patch status', 'deliveries to 200 ']) {
  test(`npm run bench measures "${row}" beside its floor`, { timeout: 60_000 }, async () => {
    const words = [main, '--no-history', '--seconds=0.4', '--pods=200', `--only=${row}`]
    const { code, stdout, stderr } = await run(process.execPath, words)
    assert.equal(code, 0, stderr)
    const lines = stdout.trimEnd().split('\n')
    assert.match(lines[0] ?? '', /^row +floor +ours +floor +unit +ratio/)
    assert.ok(lines.length > 1, stdout)
    for (const line of lines.slice(1)) assert.match(line, / \/s +\d.* 0$/)
  })
}
