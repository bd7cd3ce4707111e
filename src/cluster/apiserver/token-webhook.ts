import { type TokenReviewer, webhookTokens } from '#apiserver'
import { httpTransport } from '#client'
import { transportFromKubeconfig } from '../kubelet/kubeconfig.ts'
import type { ApiServerHost } from './options.ts'
import { postTo } from './post-to.ts'

/** Another server that knows whose tokens are. */
export interface TokenWebhookSettings {
  /** A kubeconfig whose cluster is that server. */
  readonly kubeconfig: string
  readonly version: 'v1' | 'v1beta1'
  /** How long its answers count. */
  readonly keptMs: number
}

const timeoutMs = 30_000

/** Reads where the server is that knows tokens; undefined where none was named. @throws Error for a wrong kubeconfig. */
export async function openTokenWebhook(
  settings: TokenWebhookSettings | undefined,
  { clock, random, log, files }: ApiServerHost,
): Promise<TokenReviewer | undefined> {
  if (settings === undefined) return undefined
  const transport = httpTransport(await transportFromKubeconfig(settings.kubeconfig, files))
  return webhookTokens({ ...settings, clock, random, log, post: postTo(transport, timeoutMs, clock) })
}
