import { isApiError } from '#base/errors'
import { pod as pods } from '#kinds/core/pod/index'
import { busyboxImage, nginxImage } from '../images/debian.ts'
import { pushImage } from '../images/push.ts'
import { runCommand } from '../run-command.ts'
import type { Cluster } from '../up/cluster.ts'
import type { UpHost, UpSettings } from '../up/settings.ts'
import { tutorialManifest, tutorialPod } from './manifest.ts'
import { pageOf } from './page.ts'

const pageLines = 5

/** Plays the tutorial on a cluster that is up: images, pod, its page, its row. @throws Problem when a part of it fails. */
export async function runTutorial(cluster: Cluster, settings: UpSettings, host: UpHost): Promise<void> {
  const { progress, clock, signal } = host
  const registry = cluster.registry as string
  await progress.step('Making the images nginx and busybox from Debian packages', async (tell) => {
    tell('busybox')
    await pushImage(`http://${registry}`, 'busybox', 'latest', await busyboxImage())
    tell('nginx')
    await pushImage(`http://${registry}`, 'nginx', 'latest', await nginxImage())
  })
  await createPod(cluster, tutorialManifest(settings.nodeName, registry), host)
  progress.say('')
  const { url, text } = await progress.step('Waiting for pod nginx-server to run', (tell) =>
    pageOf(cluster.client, tutorialPod, clock, signal, tell),
  )
  progress.say(
    `\n$ curl -s ${url} | head -n ${pageLines}\n${text.split('\n').slice(0, pageLines).join('\n')}`,
  )
  await shown(cluster, host, ['get', 'pods', '-o', 'wide'])
}

/** Writes the manifest and creates its pod as a user would, unless an earlier run's pod, made from the same, is there. */
async function createPod(cluster: Cluster, manifest: string, host: UpHost): Promise<void> {
  const path = `${cluster.layout.tutorial}/pod.yaml`
  const earlier = Buffer.from((await host.files.read(path)) ?? []).toString()
  const isThere = await hasPod(cluster)
  await host.files.write(path, manifest)
  if (isThere && earlier === manifest)
    return host.progress.say(`\nThe pod of an earlier run is there. Its manifest: ${path}`)
  if (isThere) await shown(cluster, host, ['delete', `pods/${tutorialPod.name}`])
  await shown(cluster, host, ['create', '-f', path])
}

async function hasPod({ client }: Cluster): Promise<boolean> {
  try {
    await client.get(pods, tutorialPod.name, { namespace: tutorialPod.namespace })
    return true
  } catch (error) {
    if (isApiError(error, 'NotFound')) return false
    throw error
  }
}

/** Runs kubectl and shows the command and what it printed. */
async function shown(cluster: Cluster, host: UpHost, args: readonly string[]): Promise<void> {
  const [program, ...own] = host.kubectl as [string, ...string[]]
  const all = [...own, `--kubeconfig=${cluster.layout.kubeconfig}`, ...args]
  const output = await runCommand(program, all)
  host.progress.say(`\n$ kubectl ${args.join(' ')}\n${output.trimEnd()}`)
}
