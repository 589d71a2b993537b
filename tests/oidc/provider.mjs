// A real OpenID Connect provider for the test of the gateway: PORT and REDIRECT_URI come from the environment. It believes
// whoever says a name, and says of everybody that the address is verified; "senza" has none.

import { createServer } from "node:http";

import Provider from "oidc-provider";

const port = Number(process.env.PORT);
const issuer = `http://localhost:${port}`;

const provider = new Provider(issuer, {
    clients: [
        {
            client_id: "portale",
            client_secret: "segreto-di-prova",
            redirect_uris: [process.env.REDIRECT_URI],
            response_types: ["code"],
        },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "fiscal_number"] },
    cookies: { keys: ["una-chiave-di-prova"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (ctx, id) => ({
        accountId: id,
        claims: () => ({
            sub: id,
            name: `Persona ${id}`,
            fiscal_number: "TINIT-SEGRETO",
            ...(id === "senza" ? {} : { email: `${id}@example.org`, email_verified: true }),
        }),
    }),
    // Nobody is asked what may be told to the portal: a gateway of the administration does not ask either.
    loadExistingGrant: async (ctx) => {
        const { client, session } = ctx.oidc;
        const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope("openid email profile");
        await grant.save();
        return grant;
    },
});

const PAGE = `<!doctype html>
<html lang="it">
    <head><title>Gateway di prova</title><link rel="icon" href="data:,"></head>
    <body><form method="post"><input name="person"><button name="enter">Entra</button><button name="refuse">Annulla</button></form></body>
</html>`;

async function read(request) {
    let body = "";
    for await (const chunk of request) body += chunk;
    return new URLSearchParams(body);
}

async function interaction(request, response) {
    if (request.method !== "POST") {
        response.setHeader("Content-Type", "text/html");
        response.end(PAGE);
        return;
    }
    const typed = await read(request);
    const result = typed.has("refuse") ? { error: "access_denied" } : { login: { accountId: typed.get("person") } };
    await provider.interactionFinished(request, response, result);
}

const answer = provider.callback();
createServer((request, response) => {
    if (request.url.startsWith("/interaction/")) interaction(request, response);
    else answer(request, response);
}).listen(port, "localhost");
