import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { flag, stringKind, stringsKind } from '#base/flags'
import type { CommandGroup } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { coreResource, generator } from './generated.ts'
import { keyValueFlags, readKeyValues } from './key-values.ts'

const resource = coreResource('Secret', 'secrets')
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')

const alreadyThere = (key: string) => `cannot add key ${key}, another key by that name already exists`

const generic = generator({
  about: 'Create a secret from files, folders or literal values.',
  examples: '# From a value\nkubectl create secret generic pass --from-literal=password=abc',
  usage:
    'NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]',
  flags: { ...keyValueFlags, type: flag('type', stringKind, '', 'The type of the secret.') },
  resource,
  title: 'secret',
  async build(name, { values, io }) {
    const entries = [...(await readKeyValues(values, io.env, alreadyThere))].map(([key, value]) => [
      key,
      base64(value),
    ])
    return {
      metadata: { name },
      ...(entries.length > 0 && { data: Object.fromEntries(entries) }),
      ...(values.type !== '' && { type: values.type }),
    }
  },
})

const tls = generator({
  about: 'Create a TLS secret from a certificate and its key.',
  examples: '# From two files\nkubectl create secret tls web --cert=tls.crt --key=tls.key',
  usage: 'NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none] [options]',
  flags: {
    cert: flag('cert', stringKind, '', 'File with the certificate as PEM.'),
    key: flag('key', stringKind, '', 'File with the key as PEM.'),
  },
  resource,
  title: 'secret',
  async build(name, { values }) {
    if (values.cert === '' || values.key === '') throw new KubectlError('key and cert must be specified')
    const [certificate, key] = [await pem(values.cert), await pem(values.key)]
    checkPair(certificate, key)
    return {
      metadata: { name },
      data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) },
      type: 'kubernetes.io/tls',
    }
  },
})

async function pem(path: string): Promise<Buffer> {
  return readFile(path).catch(() => {
    throw new KubectlError(`Cannot read file ${path}, open ${path}: no such file or directory`)
  })
}

function checkPair(certificate: Buffer, key: Buffer): void {
  try {
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return
  } catch (error) {
    throw new KubectlError(`tls: failed to find any PEM data: ${(error as Error).message}`)
  }
  throw new KubectlError('tls: private key does not match public key')
}

const dockerRegistry = generator({
  about: 'Create a secret for a registry of images.',
  examples:
    '# For a registry\nkubectl create secret docker-registry reg --docker-server=reg.local --docker-username=me --docker-password=abc',
  usage:
    'NAME --docker-username=user --docker-password=password [--docker-server=string] [--docker-email=email] [--from-file=[key=]source] [--dry-run=server|client|none] [options]',
  flags: {
    dockerEmail: flag('docker-email', stringKind, '', 'E-mail address at the registry.'),
    fromFile: flag('from-file', stringsKind, [], 'File that becomes .dockerconfigjson.'),
    dockerPassword: flag('docker-password', stringKind, '', 'Password at the registry.'),
    dockerServer: flag(
      'docker-server',
      stringKind,
      'https://index.docker.io/v1/',
      'Address of the registry.',
    ),
    dockerUsername: flag('docker-username', stringKind, '', 'User name at the registry.'),
  },
  resource,
  title: 'secret docker-registry',
  async build(name, { values }) {
    const [file] = values.fromFile
    const config =
      file === undefined ? JSON.stringify(registryConfig(values)) : await pem(file.replace(/^[^=]*=/, ''))
    return {
      metadata: { name },
      data: { '.dockerconfigjson': base64(config) },
      type: 'kubernetes.io/dockerconfigjson',
    }
  },
})

interface RegistryValues {
  readonly dockerServer: string
  readonly dockerUsername: string
  readonly dockerPassword: string
  readonly dockerEmail: string
}

function registryConfig(values: RegistryValues) {
  const {
    dockerServer: server,
    dockerUsername: username,
    dockerPassword: password,
    dockerEmail: email,
  } = values
  if (username === '' || password === '')
    throw new KubectlError(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    )
  const auth = base64(`${username}:${password}`)
  return { auths: { [server]: { username, password, ...(email !== '' && { email }), auth } } }
}

/** `kubectl create secret`. */
export const secret: CommandGroup = {
  about: 'Create a secret by one of these commands.',
  commands: {
    'docker-registry': {
      about: 'Create a secret for a registry of images',
      load: async () => dockerRegistry,
    },
    generic: { about: 'Create a secret from files, folders or literal values', load: async () => generic },
    tls: { about: 'Create a TLS secret', load: async () => tls },
  },
}
