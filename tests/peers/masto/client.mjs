// A foreign client of Mastodon servers posts, lists, reads, changes and deletes: node client.mjs URL, the token in TOKEN.
// Prints one line of JSON: what it saw.
import { createRestAPIClient } from 'masto'

const { v1, v2 } = createRestAPIClient({ url: process.argv[2], accessToken: process.env.TOKEN })
const wait = (ms) => new Promise((done) => setTimeout(done, ms))
const once = { requestInit: { headers: new Headers({ 'Idempotency-Key': 'from-masto' }) } }
const text = 'Wem gehört das? https://polizei.example/fahndung/x/#abcdefghijklmnopqrstuvwxyz'

const server = await v2.instance.fetch()
const me = await v1.accounts.verifyCredentials()
const made = await v1.statuses.create({ status: text, visibility: 'unlisted', language: 'de' }, once)
for (let number = 0; number < 4; number++) await v1.statuses.create({ status: `Nr. ${number}` })
await wait(Number(process.argv[3] ?? 0))

const pages = []
for await (const page of v1.accounts.$select(me.id).statuses.list({ limit: 2 })) pages.push(page.map((one) => one.id))
const read = await v1.statuses.$select(made.id).fetch()
const source = await v1.statuses.$select(made.id).source.fetch()
const changed = await v1.statuses.$select(made.id).update({ status: 'Anders' })
const history = await v1.statuses.$select(made.id).history.list()

const ids = pages.flat()
for (const id of ids) await v1.statuses.$select(id).remove()
await wait(Number(process.argv[3] ?? 0))
const missing = await v1.statuses.$select(made.id).fetch().then(() => 200, (error) => error.statusCode)
const left = await v1.accounts.$select(me.id).statuses.list()

console.log(JSON.stringify({
  version: server.version, characters: server.configuration.statuses.maxCharacters, user: me.username, made: made.id,
  pages, read: read.id, visibility: read.visibility, text: source.text, changed: changed.editedAt !== null,
  history: history.length, missing, left: left.length,
}))
