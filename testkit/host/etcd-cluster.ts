// Three real etcd members, each on a machine of its own as far as the network goes: a network namespace at the end of a
// cable that can be pulled.
import { existsSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { type Running, run, start, tempDir, until } from './process.ts'

const mark = 'KUBELING_OWN_NETWORK'
const members = [1, 2, 3]
const addressOf = (member: number) => `10.250.${member}.2`
const hubOf = (member: number) => `10.250.${member}.1`

const setUp = `set -e
ip link set lo up
mkdir -p /run/netns
mount -t tmpfs netns /run/netns
echo 1 > /proc/sys/net/ipv4/ip_forward
exec "$0" "$@"`

/**
 * Moves this process into a network of its own, unless it is in one: the test file then runs again from its start. Gives
 * why that cannot be done.
 */
export async function enterOwnNetwork(): Promise<string | undefined> {
  if (process.env[mark] !== undefined) return undefined
  for (const program of ['/usr/bin/unshare', '/usr/bin/etcd']) {
    if (!existsSync(program)) return `${program} is missing: apt-get install util-linux etcd-server`
  }
  const tried = await run('/usr/bin/unshare', ['--net', '--mount', 'ip', 'link', 'set', 'lo', 'up'])
  if (tried.code !== 0) return `needs the right to make networks and ip of iproute2: ${tried.stderr}`
  const self = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const args = ['unshare', '--net', '--mount', 'sh', '-c', setUp, ...self]
  process.execve?.('/usr/bin/unshare', args, { ...process.env, [mark]: '1' })
  return 'this version of node cannot become another program'
}

async function must(...words: readonly string[]): Promise<void> {
  const [program = '', ...args] = words
  const { code, stderr } = await run(program, args)
  if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`)
}

/** One member and what can be done to it. */
export class EtcdMember {
  readonly url: string
  readonly #t: TestContext
  readonly #member: number
  readonly #dataDir: string
  #running: Running | undefined

  constructor(t: TestContext, member: number) {
    this.#t = t
    this.#member = member
    this.#dataDir = tempDir(t)
    this.url = `http://${addressOf(member)}:2379`
  }

  /** Lays the cable and starts etcd. */
  async plugIn(): Promise<void> {
    const [member, name] = [this.#member, `m${this.#member}`]
    await must('ip', 'netns', 'add', name)
    await must('ip', 'link', 'add', `cable${member}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    await must('ip', 'address', 'add', `${hubOf(member)}/24`, 'dev', `cable${member}`)
    await must('ip', 'link', 'set', `cable${member}`, 'up')
    const within = ['ip', '-n', name]
    await must(...within, 'link', 'set', 'lo', 'up')
    await must(...within, 'address', 'add', `${addressOf(member)}/24`, 'dev', 'eth0')
    await must(...within, 'link', 'set', 'eth0', 'up')
    await must(...within, 'route', 'add', 'default', 'via', hubOf(member))
    this.start()
  }

  start(): void {
    const [name, peer] = [`m${this.#member}`, `http://${addressOf(this.#member)}:2380`]
    const cluster = members.map((one) => `m${one}=http://${addressOf(one)}:2380`).join(',')
    this.#running = start(this.#t, 'ip', [
      'netns',
      'exec',
      name,
      '/usr/bin/etcd',
      `--name=${name}`,
      `--data-dir=${this.#dataDir}`,
      `--listen-client-urls=${this.url}`,
      `--advertise-client-urls=${this.url}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=${cluster}`,
      '--log-level=error',
    ])
  }

  async kill(): Promise<void> {
    await this.#running?.stop('SIGKILL')
  }

  freeze(): void {
    process.kill(this.#running?.pid as number, 'SIGSTOP')
  }

  thaw(): void {
    process.kill(this.#running?.pid as number, 'SIGCONT')
  }

  /** Nothing goes in or out, and nobody is told. */
  async unplug(): Promise<void> {
    await must('ip', 'link', 'set', `cable${this.#member}`, 'down')
  }

  async plugInAgain(): Promise<void> {
    await must('ip', 'link', 'set', `cable${this.#member}`, 'up')
  }

  /** Asks etcd's JSON gateway; undefined when it does not answer soon. */
  async ask<T>(path: string, body: object = {}): Promise<T | undefined> {
    try {
      const signal = AbortSignal.timeout(1_000)
      const answer = await fetch(`${this.url}${path}`, { method: 'POST', body: JSON.stringify(body), signal })
      return answer.ok ? ((await answer.json()) as T) : undefined
    } catch {
      return undefined
    }
  }

  /** True when this member leads. */
  async leads(): Promise<boolean> {
    type Status = { header: { member_id: string }; leader?: string }
    const status = await this.ask<Status>('/v3/maintenance/status')
    return status?.leader !== undefined && status.leader === status.header.member_id
  }
}

/** Starts the members and waits until one of them leads. */
export async function startEtcdCluster(t: TestContext): Promise<readonly EtcdMember[]> {
  const all = members.map((member) => new EtcdMember(t, member))
  for (const member of all) await member.plugIn()
  await until('a leader', () => leaderOf(all), 30_000)
  return all
}

/** The member that leads now. */
export async function leaderOf(all: readonly EtcdMember[]): Promise<EtcdMember | undefined> {
  const leading = await Promise.all(all.map((member) => member.leads()))
  return all[leading.indexOf(true)]
}
