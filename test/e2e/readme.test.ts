// Every command of the README, in its order, in a fresh copy of the repository, as a newcomer types them.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { run, tempDir, until } from '../../testkit/host/process.ts'

const repository = resolve(import.meta.dirname, '../..')

/** How a command of the README is tried. */
interface Trial {
  /** What its output must hold: of one that goes on, before the next is tried. */
  readonly shows?: RegExp
  /** It goes on until the commands of `until` have run, and is then asked to stop. */
  readonly goesOn?: boolean
  /** What it shows is written a moment after the program before has ended: busybox's tail looks once a second. */
  readonly isLater?: boolean
  /** Not tried: the test that reads this is part of it. */
  readonly isThis?: boolean
}

const ready = /^Ready\. /m

/** Every command line, with what follows a # left out. One that is not listed fails the test. */
const trials: Readonly<Record<string, Trial>> = {
  'npm ci': {},
  'npm start': { goesOn: true, shows: ready },
  'export PATH="$PWD/bin:$PATH" KUBECONFIG=/var/lib/kubeling/kubeconfig': {},
  'kubectl get pods -o wide': { shows: /^nginx-server +2\/2 +Running/m },
  'kubectl logs nginx-server -c log-output': { shows: /"GET \/ HTTP\/1\.1" 200/, isLater: true },
  'kubectl exec nginx-server -c nginx-server -- nginx -v': { shows: /nginx version/ },
  'kubectl describe pod nginx-server': { shows: /^Status: +Running$/m },
  'kubectl delete pods/nginx-server': { shows: /^pod "nginx-server" deleted$/m },
  'kubectl create -f examples/tutorial/pod.yaml': { shows: /^pod\/nginx-server created$/m },
  'kubeling up --install': { goesOn: true, shows: ready },
  'kubeling status': { shows: /kubeling is up/ },
  'kubeling down': {},
  'kubeling snapshot save backup.db': { shows: /Snapshot saved at backup.db/ },
  'kubeling snapshot restore backup.db --data-dir=/var/lib/kubeling-restored': {
    shows: /Snapshot restored at .*, revision 1/,
  },
  'kube-apiserver --data-dir=/var/lib/kube-apiserver': { goesOn: true, shows: /The API server is ready/ },
  'kube-apiserver --etcd-servers=http://127.0.0.1:2379': { goesOn: true, shows: /The API server is ready/ },
  'kubelet --api-servers=http://127.0.0.1:8080 --container-runtime-endpoint=unix:///run/containerd/containerd.sock':
    {
      goesOn: true,
      shows: /Registered the node/,
    },
  'kubectl -s http://127.0.0.1:8080 get nodes': { shows: /^NAME +STATUS/m },
  'curl http://127.0.0.1:8080/api/v1/pods': { shows: /"kind": "PodList"/ },
  'npm ci && npm test': { isThis: true },
  'npm run bench -- --quick': { shows: /^row +floor/m },
}

/** Programs that would hold a port of one that comes later. */
const takesPlaceOf: Readonly<Record<string, string>> = {
  'kubeling up --install': 'npm start',
  'kube-apiserver --etcd-servers=http://127.0.0.1:2379': 'kube-apiserver --data-dir=/var/lib/kube-apiserver',
}

function commandsOf(readme: string): string[] {
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string)
  return blocks.flatMap((block) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== ''),
  )
}

test('the README names only commands that are tried here', () => {
  const commands = commandsOf(readFileSync(join(repository, 'README.md'), 'utf8'))
  assert.deepEqual(
    [...new Set(commands)].filter((command) => !(command in trials)),
    [],
  )
  assert.deepEqual(
    Object.keys(trials).filter((command) => !commands.includes(command)),
    [],
  )
})

/** Commands that go on, by what was typed. */
class Session {
  readonly #folder: string
  readonly #running = new Map<string, ChildProcess>()
  #env = process.env

  constructor(t: TestContext, folder: string) {
    this.#folder = folder
    t.after(() => Promise.all([...this.#running.keys()].map((command) => this.stop(command))))
  }

  /** What the shell would export from a line. */
  async export(line: string): Promise<void> {
    const { stdout } = await run('bash', ['-c', `${line} && env -0`], { cwd: this.#folder, env: this.#env })
    this.#env = Object.fromEntries(
      stdout
        .split('\0')
        .flatMap((pair) =>
          pair === '' ? [] : [[pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]],
        ),
    )
  }

  async runs(command: string, shows: RegExp | undefined): Promise<void> {
    const result = await run('bash', ['-c', command], {
      cwd: this.#folder,
      env: this.#env,
      timeoutMs: 300_000,
    })
    assert.equal(result.code, 0, `${command}:\n${result.stdout}${result.stderr}`)
    if (shows) assert.match(result.stdout + result.stderr, shows, command)
  }

  async goesOn(command: string, shows: RegExp): Promise<void> {
    const child = spawn('bash', ['-c', command], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C reaches all programs of a terminal: so does a signal to the group.
      detached: true,
    })
    this.#running.set(command, child)
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => void (output += piece.toString()))
    await until(
      `${command} to be ready`,
      () => {
        assert.equal(child.exitCode, null, `${command} ended:\n${output}`)
        return shows.test(output)
      },
      120_000,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${output}`, { cause: error })
    })
  }

  async stop(command: string): Promise<void> {
    const child = this.#running.get(command)
    this.#running.delete(command)
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    process.kill(-child.pid, 'SIGINT')
    await ended
  }
}

/** Folders that the commands make where a user would keep them. */
const folders = ['/var/lib/kubeling', '/var/lib/kubeling-restored', '/var/lib/kube-apiserver']

const isHeld = () => existsSync('/var/lib/kubeling/run/up.json')
const held =
  'a kubeling of this machine is up: stop it with `kubeling down`, this test uses its ports and its folder'

test('the commands of the README work in a fresh copy', { skip: isHeld() ? held : false }, async (t) => {
  const folder = join(tempDir(t), 'kubeling')
  const left = new Set(['node_modules', 'dist', '.cache', '.git'])
  await cp(repository, folder, {
    recursive: true,
    filter: (source) => !left.has(source.slice(repository.length + 1)),
  })
  const made = folders.filter((path) => !existsSync(path))
  const session = new Session(t, folder)
  const helpers = new Session(t, folder)
  t.after(() => made.forEach((path) => rmSync(path, { recursive: true, force: true })))
  if (!existsSync('/run/containerd/containerd.sock'))
    await helpers.goesOn('containerd', /containerd successfully booted/)
  await helpers.goesOn(
    `etcd --data-dir=${tempDir(t)}`,
    /serving insecure client requests|ready to serve client requests/,
  )
  for (const command of commandsOf(readFileSync(join(repository, 'README.md'), 'utf8'))) {
    await t.test(command, async () => {
      const { shows, goesOn = false, isLater = false, isThis = false } = trials[command] as Trial
      const before = takesPlaceOf[command]
      if (before !== undefined) await session.stop(before)
      if (isThis) return
      if (command.startsWith('export ')) await session.export(command)
      else if (goesOn) await session.goesOn(command, shows as RegExp)
      else if (isLater)
        await until(
          command,
          () =>
            session.runs(command, shows).then(
              () => true,
              () => false,
            ),
          10_000,
        )
      else await session.runs(command, shows)
    })
  }
})
