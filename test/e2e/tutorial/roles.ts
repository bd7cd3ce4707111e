// Who speaks to whom, and what it costs (S1 to S6, S15, S91, S92).
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pod } from '#kinds/gen/core-v1'
import { get, http } from './exchange.ts'
import { images, server } from './places.ts'
import { isReady, podsPath } from './pod.ts'
import type { Stage } from './stage.ts'
import { missing, step } from './step.ts'

const mib = 1024

/** Resident kilobytes of a process. */
function residentKib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
}

/** Processes with all that they started. */
function withChildren(pids: readonly number[]): number[] {
  const children = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    ),
  )
  return children.length === 0 ? [...pids] : [...pids, ...withChildren(children)]
}

/** Files that a process has open. */
const openFiles = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
    } catch {
      return []
    }
  })

/** The remote ends of a process's TCP connections that it opened itself. */
async function callsOf(stage: Stage, pid: number): Promise<string[]> {
  const lines = (await stage.shell('ss -Htnp state established')).split('\n')
  const listening = (await stage.shell('ss -Htln')).split('\n').map((line) => line.trim().split(/\s+/)[3])
  const ports = listening.map((end) => end?.split(':').at(-1))
  return lines
    .filter((line) => line.includes(`pid=${pid},`))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , local]) => !ports.includes(local?.split(':').at(-1)))
    .map(([, , , remote]) => remote?.replace('[::ffff:', '').replace(']', '') as string)
}

/** Roles, with everything running. */
export function roleSteps(stage: Stage): void {
  step('S1', 'the API server alone speaks to the store', async () => {
    const { kubelet, 'kube-apiserver': apiServer } = stage.pids as Record<
      'kubelet' | 'kube-apiserver',
      number
    >
    if (stage.isOld) {
      assert.ok((await callsOf(stage, apiServer)).includes('127.0.0.1:2379'))
      assert.ok(!(await callsOf(stage, kubelet)).includes('127.0.0.1:2379'))
      return
    }
    const isStore = (path: string) => path.startsWith('/var/lib/kubeling/')
    assert.ok(openFiles(apiServer).some(isStore))
    assert.ok(!openFiles(kubelet).some(isStore))
  })
  step('S2', 'everything is asked for and changed through the API', async () => {
    for (const path of ['nodes', 'pods', 'namespaces', 'events']) {
      const { items } = await get<{ items: object[] }>(`/api/v1/${path}`)
      assert.ok(items.length > 0, path)
    }
  })
  step('S3', 'the kubelet calls the API server, and no other part', async () => {
    const calls = new Set(await callsOf(stage, stage.pids['kubelet'] as number))
    assert.deepEqual([...calls], [`${server}:${stage.isOld ? 8080 : 6443}`])
  })
  step('S15', "all keys begin with --etcd-prefix's /registry", async () => {
    if (!stage.isOld) return
    const keys = await etcdKeys()
    assert.ok(keys.includes('/registry/pods/default/nginx-server'))
    assert.deepEqual(
      keys.filter((key) => !key.startsWith('/registry/') && key !== '/other'),
      [],
    )
  })
  step('S6', 'a file in the folder of manifests is a pod, too', async () => {
    const file = join(stage.manifests, 'fixed.yaml')
    const container = `{name: main, image: ${images}/busybox, command: [sleep, '1000']}`
    const spec = `{terminationGracePeriodSeconds: 1, containers: [${container}]}`
    writeFileSync(file, `apiVersion: v1\nkind: Pod\nmetadata: {name: fixed}\nspec: ${spec}\n`)
    const path = `${podsPath}/fixed-${server}`
    await stage.until('the static pod', async () => {
      const { status, text } = await http(path)
      return status === 200 && isReady(JSON.parse(text) as Pod)
    })
    rmSync(file)
    await stage.until('its end', async () => (await http(path)).status === 404)
  })
  step('S91', 'all parts and the pod fit into 490 MiB', async (t) => {
    const pod = withChildren(await stage.shims())
    const sizes = Object.entries(stage.pids).map(([name, pid]) => [name, residentKib(pid)] as const)
    sizes.push(['pod', pod.reduce((sum, pid) => sum + residentKib(pid), 0)])
    for (const [name, size] of sizes) t.diagnostic(`${name}: ${Math.round(size / mib)} MiB`)
    const total = sizes.reduce((sum, [, size]) => sum + size, 0)
    assert.ok(total < 490 * mib, `${Math.round(total / mib)} MiB`)
  })
  step('S92', 'every line of the tutorial has its test', () => assert.deepEqual(missing(), []))
}

/** All keys in etcd. */
async function etcdKeys(): Promise<string[]> {
  const body = JSON.stringify({ key: btoa('\0'), range_end: btoa('\0'), keys_only: true })
  const answer = await fetch('http://127.0.0.1:2379/v3/kv/range', { method: 'POST', body })
  const { kvs } = (await answer.json()) as { kvs: { key: string }[] }
  return kvs.map(({ key }) => atob(key))
}
