import { readFile } from 'node:fs/promises'
import { boolKind, flag, stringKind } from '#base/flags'
import { indentJson } from '../printers/json.ts'
import { defineCommand } from '../command.ts'
import { print } from '../io.ts'
import type { Kubeconfig } from '../kubeconfig/config.ts'
import { toFileForm } from '../kubeconfig/write.ts'
import { choosePrinter } from '../printers/choose.ts'

const secrets = ['token', 'password', 'client-key-data', 'client-certificate-data'] as const
const dataOmitted = ['client-key-data', 'client-certificate-data']

/** `kubectl config view`. */
export const view = defineCommand({
  about: 'Show the kubeconfig, merged from all its files. Secrets are shown only with --raw.',
  examples: `# Show the kubeconfig
kubectl config view

# Show what the current context uses, in one piece
kubectl config view --minify --flatten`,
  usage: '[flags] [options]',
  flags: {
    flatten: flag(
      'flatten',
      boolKind,
      false,
      'Put what other files hold into the output, so that it is complete.',
    ),
    minify: flag('minify', boolKind, false, 'Leave out what the current context does not use.'),
    output: flag(
      'output',
      stringKind,
      'yaml',
      'Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file).',
      { short: 'o' },
    ),
    raw: flag('raw', boolKind, false, 'Show secrets and data as they are.'),
  },
  async run({ values, global, factory, io }) {
    const loaded = await factory.kubeconfig()
    const config = values.minify ? minified(loaded, global.context) : loaded
    if (values.flatten) await flatten(config)
    const shown = toFileForm(values.raw || values.flatten ? config : redacted(config))
    if (values.output === 'json') print(io, `${indentJson(shown, 4)}\n`)
    else print(io, choosePrinter({ output: values.output })(shown))
  },
})

function minified(
  { clusters, users, contexts, currentContext, preferences }: Kubeconfig,
  wanted: string,
): Kubeconfig {
  const name = wanted || currentContext
  const context = contexts.get(name)
  const only = <T>(map: Map<string, T>, key: string | undefined) =>
    new Map([...map].filter(([one]) => one === key))
  return {
    clusters: only(clusters, context?.cluster),
    users: only(users, context?.user),
    contexts: only(contexts, name),
    currentContext: name,
    preferences,
  }
}

function redacted(config: Kubeconfig): Kubeconfig {
  const users = new Map(
    [...config.users].map(([name, user]) => {
      const shown = { ...user }
      for (const field of secrets)
        if (shown[field]) shown[field] = dataOmitted.includes(field) ? 'DATA+OMITTED' : 'REDACTED'
      return [name, shown]
    }),
  )
  const clusters = new Map(
    [...config.clusters].map(([name, cluster]) => {
      const shown = { ...cluster }
      if (shown['certificate-authority-data']) shown['certificate-authority-data'] = 'DATA+OMITTED'
      return [name, shown]
    }),
  )
  return { ...config, users, clusters }
}

async function flatten(config: Kubeconfig): Promise<void> {
  for (const cluster of config.clusters.values()) await inline(cluster, 'certificate-authority')
  for (const user of config.users.values()) {
    await inline(user, 'client-certificate')
    await inline(user, 'client-key')
  }
}

async function inline(entry: Record<string, unknown>, field: string): Promise<void> {
  const path = entry[field]
  if (typeof path !== 'string' || path === '') return
  entry[`${field}-data`] = (await readFile(path)).toString('base64')
  delete entry[field]
}
