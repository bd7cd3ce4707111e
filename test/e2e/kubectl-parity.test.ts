// Our kubectl beside upstream's: the same command lines on two servers of the same kind must print the same bytes.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { program, startApiServer } from '../../testkit/host/kubeling.ts'
import { tempDir } from '../../testkit/host/process.ts'
import { noKubectl, upstreamKubectl } from '../../testkit/host/upstream-kubectl.ts'
import { commandLines } from './kubectl-parity/command-lines.ts'
import { manifests } from './kubectl-parity/manifests.ts'

const version = '1.33'
const upstream = upstreamKubectl(version)

/** What differs from run to run: times, ids, versions of objects, names of programs and folders. */
function normal(text: string, url: string): string {
  return text
    .replaceAll(/^E\d{4} .*memcache\.go.*\n/gm, '')
    .replaceAll('kubectl.1.33', 'kubectl')
    .replaceAll(url, 'URL')
    .replaceAll(new URL(url).host, 'HOST')
    .replaceAll(/\b[3-6]\d{4}\b/g, 'PORT')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?Z/g, 'TIME')
    .replaceAll(/("?resourceVersion"?: ?)"?\d+"?/g, '$1RV')
    .replaceAll(/ +\d+(s|m\d+s)( +|$)/gm, ' AGE ')
}

interface Side {
  readonly command: string
  readonly url: string
  readonly folder: string
}

function run({ command, url, folder }: Side, line: string) {
  const env = { PATH: process.env['PATH'], HOME: folder, EDITOR: 'cat' }
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', `${command} -s ${url} ${line}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { code: status, out: normal(stdout, url), err: normal(stderr, url) }
}

test('our kubectl prints what kubectl 1.33 prints', {
  skip: upstream ? false : noKubectl(version),
}, async (t) => {
  const sides: Side[] = []
  for (const command of [upstream as string, program('kubectl')]) {
    const { url } = await startApiServer(t)
    const folder = tempDir(t)
    for (const [path, text] of Object.entries(manifests)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    sides.push({ command, url, folder })
    execFileSync(upstream as string, ['-s', url, 'create', 'serviceaccount', 'default'])
    for (const name of ['a', 'b'])
      execFileSync(upstream as string, ['-s', url, 'create', 'cm', name, '--from-literal=x=y'])
    for (const file of ['rich.yaml', 'web.yaml'])
      execFileSync(upstream as string, ['-s', url, 'create', '-f', join(folder, file)])
  }
  const [theirs, ours] = sides as [Side, Side]
  for (const [title, lines] of Object.entries(commandLines)) {
    await t.test(title, () => {
      for (const line of lines) assert.deepEqual(run(ours, line), run(theirs, line), line)
    })
  }
})
