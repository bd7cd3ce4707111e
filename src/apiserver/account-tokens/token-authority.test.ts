import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { type AccountClaims, newTokenKey, TokenAuthority } from './token-authority.ts'

const issuer = 'https://issuer'
const claims: AccountClaims = {
  iss: issuer,
  sub: 'system:serviceaccount:default:a',
  aud: [issuer],
  exp: 2,
  iat: 1,
  nbf: 1,
  jti: 'j',
  'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'a', uid: 'u' } },
}
const pem = (key: { export(options: object): string | Buffer }) =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString()
const text = (part: string | undefined) => Buffer.from(part ?? '', 'base64url').toString()

test('an authority knows its tokens again, whatever its key is of', () => {
  const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
  const large = pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)
  for (const [key, algorithm] of [
    [newTokenKey(), 'ES256'],
    [large, 'ES384'],
    [rsa, 'RS256'],
  ] as const) {
    const authority = new TokenAuthority({ key, issuer })
    const token = authority.sign(claims)
    const [head] = token.split('.')
    const { alg, kid } = JSON.parse(text(head)) as { alg: string; kid: string }
    assert.equal(alg, algorithm)
    assert.equal((authority.publicKeys()[0] as { kid: string }).kid, kid)
    assert.deepEqual(authority.read(token), claims)
  }
})

test('an authority takes no token of another, no changed one and none without a signature', () => {
  const authority = new TokenAuthority({ key: newTokenKey(), issuer })
  const other = new TokenAuthority({ key: newTokenKey(), issuer })
  const token = authority.sign(claims)
  assert.equal(other.read(token), undefined)
  const [head, body, signature] = token.split('.') as [string, string, string]
  const changed = Buffer.from(text(body).replace(':default:a', ':default:b')).toString('base64url')
  assert.equal(authority.read(`${head}.${changed}.${signature}`), undefined)
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  for (const odd of [`${none}.${body}.`, `${head}.${body}`, `${token}.x`, 'a.b.c', '', 'word']) {
    assert.equal(authority.read(odd), undefined, odd)
  }
  assert.equal(authority.read(authority.sign({ ...claims, iss: 'https://other' })), undefined)
})

test('tokens of a key that signs no more are still taken, by its public part', () => {
  const old = newTokenKey()
  const token = new TokenAuthority({ key: old, issuer }).sign(claims)
  const publicPem = createPublicKey(old).export({ type: 'spki', format: 'pem' }).toString()
  const next = new TokenAuthority({ key: newTokenKey(), otherKeys: [publicPem], issuer })
  assert.deepEqual(next.read(token), claims)
  assert.equal(next.publicKeys().length, 2)
})

test('a key that cannot sign tokens is refused at once', () => {
  const key = pem(generateKeyPairSync('ed25519').privateKey)
  assert.throws(() => new TokenAuthority({ key, issuer }), /must be of RSA, P-256, P-384 or P-521/)
})
