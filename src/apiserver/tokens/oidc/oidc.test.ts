// Tokens of OpenID Connect issuers: what is checked, and whom they make of the sender.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { silent } from '#base/log'
import { VirtualClock } from '#testkit/virtual-clock'
import { type ClaimRules, userOfClaims } from './claims.ts'
import { oidcTokens } from './oidc-tokens.ts'

const url = 'https://issuer.test/realm'
const rules: ClaimRules = {
  username: { claim: 'sub', prefix: 'oidc:' },
  groups: { claim: 'groups', prefix: 'g:' },
  required: {},
}
const keys = await generateKeyPair('RS256', { extractable: true })
const others = await generateKeyPair('RS256', { extractable: true })

/** An issuer with one key, whose documents are counted. */
async function issuer(more: { discovered?: object; claims?: ClaimRules; audiences?: string[] } = {}) {
  const clock = new VirtualClock()
  const asked: string[] = []
  const published = [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' }]
  const fetch = async (at: string) => {
    asked.push(at)
    if (at.endsWith('/jwks')) return { keys: [...published] }
    return more.discovered ?? { issuer: url, jwks_uri: `${url}/jwks` }
  }
  const refusals: string[] = []
  const log = {
    ...silent,
    warn: (_: string, detail?: object) => void refusals.push((detail as { err: string }).err),
  }
  const review = oidcTokens({
    issuers: [
      {
        url,
        audiences: more.audiences ?? ['kubernetes'],
        algorithms: ['RS256'],
        claims: more.claims ?? rules,
        fetch,
      },
    ],
    audiences: ['https://api'],
    clock,
    log,
  })
  const now = Math.floor(clock.now() / 1000)
  const token = (claims: object = {}, { key = keys.privateKey, kid = 'one', alg = 'RS256' } = {}) =>
    new SignJWT({ iss: url, aud: 'kubernetes', sub: 'ann', exp: now + 300, groups: ['dev'], ...claims })
      .setProtectedHeader({ alg, kid })
      .sign(key)
  return {
    clock,
    asked,
    published,
    refusals,
    token,
    now,
    review: (one: string) => review(one, ['https://api']),
  }
}

test('a token in order is its subject`s; the keys are read once', async () => {
  const { asked, token, review } = await issuer()
  const user = { name: 'oidc:ann', groups: ['g:dev'] }
  assert.deepEqual(await review(await token()), { user, audiences: ['https://api'] })
  assert.deepEqual(await review(await token()), { user, audiences: ['https://api'] })
  assert.deepEqual(asked, [`${url}/.well-known/openid-configuration`, `${url}/jwks`])
})

for (const [what, claims, why] of [
  ['another client', { aud: 'other' }, /"aud"/],
  ['nobody', { aud: [] }, /"aud"/],
  ['the past', { exp: 1 }, /"exp"/],
  ['all times', { exp: undefined }, /"exp"/],
  ['the future', { nbf: 99_999_999_999 }, /"nbf"/],
  ['a subject that is no text', { sub: 7 }, /no text|"sub"/],
  ['groups that are no texts', { groups: [1] }, /holds other things than texts$/],
] as const) {
  test(`a token for ${what} is refused`, async () => {
    const { token, review, refusals } = await issuer()
    assert.equal(await review(await token(claims)), undefined)
    assert.match(refusals.join(), why)
  })
}

test('a token that others have signed, or that nobody has, is refused', async () => {
  const { token, review, now } = await issuer()
  assert.equal(await review(await token({}, { key: others.privateKey })), undefined)
  const [head, body] = (await token()).split('.')
  assert.equal(await review(`${head}.${body}.`), undefined)
  const claims = { iss: url, aud: 'kubernetes', sub: 'ann', exp: now + 300 }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  assert.equal(await review(`${part({ alg: 'none' })}.${part(claims)}.`), undefined)
  // A public key must not be taken for a shared secret.
  const shared = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(Buffer.alloc(32, 1))
  assert.equal(await review(shared), undefined)
})

test('tokens of other issuers, and what is no token, are left to others', async () => {
  const { asked, token, review, refusals } = await issuer()
  for (const one of [await token({ iss: 'https://other' }), 'abc', 'a.b.c', ''])
    assert.equal(await review(one), undefined)
  assert.deepEqual([asked, refusals], [[], []])
})

test('a new key is found, and unknown ones are not asked for again and again', async () => {
  const { clock, asked, published, token, review } = await issuer()
  await review(await token())
  const signed = await token({}, { key: others.privateKey, kid: 'two' })
  await clock.advance(10_000)
  assert.equal(await review(signed), undefined)
  published.push({ ...(await exportJWK(others.publicKey)), kid: 'two', alg: 'RS256' })
  assert.equal(await review(signed), undefined)
  assert.equal(asked.length, 4)
  await clock.advance(10_000)
  assert.equal((await review(signed))?.user.name, 'oidc:ann')
  assert.equal(asked.length, 6)
})

test('an issuer that calls itself otherwise is not believed', async () => {
  const { token, review, refusals } = await issuer({
    discovered: { issuer: 'https://evil', jwks_uri: `${url}/jwks` },
  })
  assert.equal(await review(await token()), undefined)
  assert.match(refusals.join(), /^oidc: issuer did not match the issuer returned by provider/)
})

test('one of several audiences is enough', async () => {
  const { token, review } = await issuer({ audiences: ['a', 'b'] })
  assert.equal((await review(await token({ aud: ['x', 'b'] })))?.user.name, 'oidc:ann')
})

const claimTable: readonly (readonly [string, object, Partial<ClaimRules>, object | RegExp])[] = [
  ['a group as a text', { sub: 'a', groups: 'dev' }, {}, { name: 'oidc:a', groups: ['g:dev'] }],
  ['no groups', { sub: 'a' }, {}, { name: 'oidc:a', groups: [] }],
  ['a uid', { sub: 'a', id: 'u' }, { uid: 'id' }, { name: 'oidc:a', groups: [], uid: 'u' }],
  ['no name', {}, {}, /claim not present$/],
  ['an empty name', { sub: '' }, {}, /is empty$/],
  [
    'an address',
    { email: 'a@b', email_verified: true },
    { username: { claim: 'email', prefix: '' } },
    { name: 'a@b', groups: [] },
  ],
  [
    'an address that nobody has checked',
    { email: 'a@b', email_verified: false },
    { username: { claim: 'email', prefix: '' } },
    /^oidc: email not verified$/,
  ],
  ['a claim as required', { sub: 'a', hd: 'x' }, { required: { hd: 'x' } }, { name: 'oidc:a', groups: [] }],
  [
    'a required claim that is not there',
    { sub: 'a' },
    { required: { hd: 'x' } },
    /^oidc: required claim hd not present in ID token$/,
  ],
  ['another value of it', { sub: 'a', hd: 'y' }, { required: { hd: 'x' } }, /Got = "y", want = "x"$/],
  [
    'a name of all objects',
    { sub: 'a' },
    { username: { claim: 'constructor', prefix: '' } },
    /claim not present$/,
  ],
]
for (const [what, claims, more, wanted] of claimTable) {
  test(`claims with ${what}`, () => {
    const read = () => userOfClaims(claims as Record<string, unknown>, { ...rules, ...more })
    if (wanted instanceof RegExp) assert.throws(read, { name: 'ClaimError', message: wanted })
    else assert.deepEqual(read(), wanted)
  })
}
