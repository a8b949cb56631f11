#!/usr/bin/python3
"""Thunderbird outside: an invitation comes by IMAP, is shown and accepted, and the host sees it."""
from sandbox import Sandbox
from story import Story, equal, wait_for
from thunderbird import Thunderbird

from answers import invite, partstats
from imapd import Imapd
from mta import Mta

story = Story("mail_thunderbird", needs=["thunderbird", "Xvfb", "dbus-daemon", "/usr/sbin/dovecot"])
ZOE, DOMAIN = "zoe@example.net", "answers.example.org"

# An account as its window would make it, and the calendar that invitations are entered in.
SET_UP = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const [imap, smtp, authority] = args;
Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
  .addCertFromBase64(authority, "CT,C,C");
const server = MailServices.accounts.createIncomingServer("zoe", "localhost", "imap");
server.port = imap;
server.socketType = Ci.nsMsgSocketType.SSL;
server.authMethod = Ci.nsMsgAuthMethod.passwordCleartext;
server.password = "secret";
const ways = MailServices.outgoingServer || MailServices.smtp;
const out = ways.createServer("smtp").QueryInterface(Ci.nsISmtpServer);
out.hostname = "localhost";
out.port = smtp;
out.socketType = Ci.nsMsgSocketType.alwaysSTARTTLS;
out.authMethod = Ci.nsMsgAuthMethod.none;
ways.defaultServer = out;
const identity = MailServices.accounts.createIdentity();
identity.email = "zoe@example.net";
identity.fullName = "Zoe";
identity.doFcc = false;
identity.smtpServerKey = out.key;
const account = MailServices.accounts.createAccount();
account.incomingServer = server;
account.addIdentity(identity);
MailServices.accounts.defaultAccount = account;
const [home] = cal.manager.getCalendars();
home.setProperty("disabled", false);
home.setProperty("imip.identity.key", identity.key);
"""
INBOX = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const root = MailServices.accounts.defaultAccount.incomingServer.rootFolder;
const inbox = root.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
const window = Services.wm.getMostRecentWindow("mail:3pane");
"""
SUBJECTS = INBOX + """
if (!inbox) { root.server.performExpand(null); return []; }
inbox.QueryInterface(Ci.nsIMsgImapMailFolder).updateFolder(window.msgWindow);
return [...inbox.messages].map(m => m.mime2DecodedSubject);
"""
SHOW = INBOX + """
const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");
MailUtils.displayMessage([...inbox.messages][0]);
"""
# The bar above a message, with what it says and the buttons that it offers.
BAR = """
const window = Services.wm.getMostRecentWindow("mail:3pane");
const shown = window.document.getElementById("tabmail").currentAboutMessage;
if (!shown || !shown.msgLoaded) return null;
const bar = shown.document.getElementById("imip-bar");
return { label: bar.querySelector(".msgNotificationBarText").textContent,
         buttons: [...bar.querySelectorAll("toolbarbutton")].filter(b => !b.hidden).map(b => b.id) };
"""
ACCEPT = """
const window = Services.wm.getMostRecentWindow("mail:3pane");
window.document.getElementById("tabmail").currentAboutMessage
  .document.getElementById("imipAcceptButton").click();
"""
TITLES = "return (await items(cal.manager.getCalendars()[0])).map(i => i.title)"


def accepts(server, imapd, mta, mail):
    authority = open(imapd.authority.ca, encoding="ascii").read().split("-----")[2]
    mail.run(SET_UP, imapd.imaps, mta.port, authority.replace("\n", ""))
    with story.check("fetches the invitation by IMAP", vital=True):
        wait_for(lambda: mail.run(SUBJECTS) == ["Invitation: Plans"], 60, "the invitation")
    with story.check("shows it as an invitation that can be accepted", vital=True):
        mail.run(SHOW)
        bar = wait_for(lambda: (b := mail.run(BAR)) and "imipAcceptButton" in b["buttons"] and b,
                       60, "a button to accept")
        equal("invitation" in bar["label"], True, bar["label"])
        equal("imipDeclineButton" in bar["buttons"], True, str(bar["buttons"]))
    with story.check("accepts: the host sees it", vital=True):
        equal(partstats(server)[ZOE], "NEEDS-ACTION")
        mail.run(ACCEPT)
        wait_for(lambda: partstats(server)[ZOE] == "ACCEPTED", 60, "ACCEPTED")
    with story.check("has it in its own calendar"):
        equal(mail.run(TITLES), ["Plans"])
    with story.check("the answer was taken in once, and filed"):
        wait_for(lambda: len(imapd.messages("Fasti/Done")) == 1, what="the answer, filed")
        equal(imapd.messages(), [])
        equal(imapd.messages("Fasti/Kept"), [])


@story.case("an invitee with Thunderbird")
def _(suite):
    with Imapd() as imapd:
        lmtp = f"lmtp:inet:127.0.0.1:{imapd.lmtp}"
        with Mta({"example.net": lmtp, DOMAIN: lmtp}, imapd.certificate) as mta, \
                suite.server({"FASTI_MAIL_REPLY_ADDRESS": f"calendar@{DOMAIN}",
                              "FASTI_MAIL_SMTP": f"smtp+starttls://localhost:{mta.port}",
                              **imapd.settings()}) as server:
            server.add_user("alice")
            server.start()
            invite(server, ZOE)
            with Sandbox() as box:
                box.display()
                box.session_bus("none")
                with Thunderbird(box) as mail:
                    accepts(server, imapd, mta, mail)


story.main()
