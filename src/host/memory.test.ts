import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

/** MiB of young generation after a process has made a lot of garbage. It runs apart: the setting is the process's. */
function youngMiB(first: string): number {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { keepYoungGenerationSmall } from ${JSON.stringify(new URL('./memory.ts', import.meta.url).href)}
    ${first}
    const kept = []
    for (let i = 0; i < 3e6; i++) kept[i % 50_000] = { value: [i], text: 'x' + i }
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 2 ** 20)
  `
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
  return Number(out)
}

test('keepYoungGenerationSmall() lets no garbage make the young generation grow', () => {
  const [free, held] = [youngMiB(''), youngMiB('keepYoungGenerationSmall()')]
  // What loading the program has made of it before stays.
  assert.ok(held < free / 2, `${held} MiB, and ${free} MiB where it may grow`)
})
