import { abacAuthorizer, type AuthorizerChoice, readPolicyFile, webhookAuthorizer } from '#apiserver'
import { httpTransport } from '#client'
import { transportFromKubeconfig } from '../../kubelet/kubeconfig.ts'
import { readText } from '../open-store.ts'
import type { ApiServerHost } from '../options.ts'
import { type ConfiguredAuthorizer, readAuthorizationConfig } from './config-file.ts'
import { postTo } from '../post-to.ts'
import type { AuthorizationSettings, WebhookSettings } from './settings.ts'

/** Reads the files of what decides. @throws Error that says what is wrong with which file. */
export async function authorizerChoices(
  settings: AuthorizationSettings,
  host: ApiServerHost,
): Promise<AuthorizerChoice[]> {
  const authorizers = await authorizersOf(settings, host)
  return Promise.all(
    authorizers.map(async (one): Promise<AuthorizerChoice> => {
      if (one.type === 'Webhook') return webhook(one.webhook, host)
      return one.type === 'ABAC' ? abac(settings.policyFile, host) : one.type
    }),
  )
}

async function authorizersOf(
  settings: AuthorizationSettings,
  host: ApiServerHost,
): Promise<ConfiguredAuthorizer[]> {
  if ('configFile' in settings) {
    return readAuthorizationConfig(settings.configFile, (await readText(settings.configFile, host)) ?? '')
  }
  return settings.modes.map((type) =>
    type === 'Webhook' ? { type, webhook: settings.webhook as WebhookSettings } : { type },
  )
}

async function abac(path: string | undefined, host: ApiServerHost): Promise<AuthorizerChoice> {
  const text = await readText(path, host)
  if (path === undefined || text === undefined) {
    throw new Error("authorization-mode ABAC's authorization policy file not passed")
  }
  return abacAuthorizer(readPolicyFile(path, text))
}

async function webhook(settings: WebhookSettings, host: ApiServerHost): Promise<AuthorizerChoice> {
  const transport = httpTransport(await transportFromKubeconfig(settings.kubeconfig, host.files))
  const { clock, random } = host
  return webhookAuthorizer({
    ...settings,
    clock,
    random,
    post: postTo(transport, settings.timeoutMs, clock),
  })
}
