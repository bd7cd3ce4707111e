import { isUtf8 } from 'node:buffer'
import { coreResource, generator } from './generated.ts'
import { keyValueFlags, readKeyValues } from './key-values.ts'

/** `kubectl create configmap`. */
export const configMap = generator({
  about: 'Create a config map from files, folders or literal values.',
  examples: '# From two values\nkubectl create configmap config --from-literal=key1=a --from-literal=key2=b',
  usage:
    'NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]',
  aliases: ['cm'],
  flags: keyValueFlags,
  resource: coreResource('ConfigMap', 'configmaps'),
  title: 'configmap',
  async build(name, { values, io }) {
    const entries = [
      ...(await readKeyValues(
        values,
        io.env,
        (key) =>
          `cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ConfigMap ${JSON.stringify(name)}`,
      )),
    ]
    const texts = entries.filter(([, value]) => isUtf8(value)).map(([key, value]) => [key, value.toString()])
    const bytes = entries
      .filter(([, value]) => !isUtf8(value))
      .map(([key, value]) => [key, value.toString('base64')])
    return {
      metadata: { name },
      ...(texts.length > 0 && { data: Object.fromEntries(texts) }),
      ...(bytes.length > 0 && { binaryData: Object.fromEntries(bytes) }),
    }
  },
})
