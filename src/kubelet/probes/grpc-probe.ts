import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { onCancel } from '#base/cancel'
import { kubernetesVersion } from '#base/kubernetes-version'
import { type Attempt, bad, good, type Outcome } from './outcome.ts'
import { addressOf } from './words.ts'

const serving = 1
const statusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

/** grpc.health.v1.HealthCheckRequest: the service, as field 1. */
const toRequest = (service: string) =>
  Buffer.from(
    new BinaryWriter()
      .uint32((1 << 3) | 2)
      .string(service)
      .finish(),
  )

/** grpc.health.v1.HealthCheckResponse: the status, as field 1; 0 when it is left out. */
function fromResponse(bytes: Buffer): number {
  const reader = new BinaryReader(bytes)
  let found = 0
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag()
    if (field === 1) found = reader.int32()
    else reader.skip(wireType)
  }
  return found
}

/** Asks the standard health service (grpc.health.v1.Health/Check): it must say that it serves. */
export const grpcProbe =
  (host: string, port: number, service: string, timeoutSeconds: number): Attempt =>
  async (signal) => {
    const address = addressOf(host, port)
    const { major, minor } = kubernetesVersion
    const client = new Client(address, credentials.createInsecure(), {
      'grpc.primary_user_agent': `kube-probe/${major}.${minor}`,
      'grpc.use_local_subchannel_pool': 1,
    })
    try {
      return await new Promise<Outcome>((resolve) => {
        const call = client.makeUnaryRequest(
          '/grpc.health.v1.Health/Check',
          toRequest,
          fromResponse,
          service,
          new Metadata(),
          (error, found) => {
            release()
            resolve(error ? bad(faultWords(error, address, timeoutSeconds)) : judged(found ?? 0))
          },
        )
        const release = onCancel(signal, () => call.cancel())
      })
    } finally {
      client.close()
    }
  }

const judged = (found: number): Outcome =>
  found === serving
    ? good('service healthy')
    : bad(`service unhealthy (responded with ${JSON.stringify(statusNames[found] ?? String(found))})`)

function faultWords({ code, details }: ServiceError, address: string, timeoutSeconds: number): string {
  if (code === status.UNIMPLEMENTED)
    return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${details}`
  if (code === status.UNAVAILABLE || code === status.CANCELLED || code === status.DEADLINE_EXCEEDED)
    return `timeout: failed to connect service ${JSON.stringify(address)} within ${timeoutSeconds}s: context deadline exceeded`
  return `error: health rpc probe failed: ${details}`
}
