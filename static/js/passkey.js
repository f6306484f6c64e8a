// Passkeys: asks the device and puts its answer into the form, which then is sent like any other. Forms with
// data-passkey="create" or "get"; the options stand in #passkey-options or are asked for at data-passkey-ask.
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const options = async (form) => {
    const asked = form.dataset.passkeyAsk;
    if (!asked) return JSON.parse(document.getElementById("passkey-options").textContent);
    const answer = await fetch(asked, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const create = async (form) => {
    const { publicKey } = (await options(form)).creation_options;
    const alone = form.elements.passwordless?.checked;
    return navigator.credentials.create({ publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials),
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: Boolean(alone),
        ...(alone ? { userVerification: "required" } : {}),
      },
    } });
  };

  const get = async (form) => {
    const { publicKey } = (await options(form)).request_options;
    return navigator.credentials.get({ publicKey: {
      ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials),
    } });
  };

  const told = (given) => {
    const response = {};
    for (const part of PARTS) if (given.response[part] !== undefined) response[part] = text(given.response[part]);
    if (given.response.getTransports) response.transports = given.response.getTransports();
    return JSON.stringify({
      id: given.id, rawId: text(given.rawId), type: given.type, response,
      authenticatorAttachment: given.authenticatorAttachment,
      clientExtensionResults: given.getClientExtensionResults(),
    });
  };

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    for (const button of form.querySelectorAll("[data-passkey-button]")) button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      const failed = form.querySelector("[data-passkey-failed]");
      failed.hidden = true;
      try {
        form.elements.credential.value = told(await (form.dataset.passkey === "create" ? create : get)(form));
      } catch {
        failed.hidden = false;
        return;
      }
      form.submit();
    }, true);
  }
})();
