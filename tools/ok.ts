// What CI runs first and a developer runs before each commit: everything that takes seconds.
import { spawnSync } from 'node:child_process'

const steps: readonly [string, readonly string[]][] = [
  ['format', ['biome', 'format', '.']],
  ['lint', ['oxlint', '--type-aware', '--quiet']],
  ['types', ['tsc', '-b']],
  ['generated files', ['node', 'tools/gen/main.ts', '--check']],
  ['lockfile', ['npm', 'ci', '--dry-run', '--silent']],
  ['unit tests', ['npm', 'run', '--silent', 'unit']],
]

for (const [title, [command, ...args]] of steps) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(command as string, args, { encoding: 'utf8', shell: false })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${title} (${seconds} s)`)
  if (status !== 0) {
    console.log(stdout + stderr)
    process.exit(1)
  }
}
