#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The lines of --client, pasted: mail libraries and programs that are installed send by them, each
# to a port of each kind; and with the lines of another kind of port they say what the table says.
# TAP.
# shellcheck disable=SC1091,SC2154  # real_lib.sh is read there, and sets what is used here
. "$(dirname "$0")/../support/real_lib.sh"
need python3
own_network 90
etc hosts '127.0.0.1 localhost mx.test' '127.0.0.11 self.mx.test'

# 587 demands STARTTLS, 465 is implicit TLS, 2525 knows no TLS. Any password is right.
cat >server.py <<'SERVER'
import socket, ssl, sys, threading, time

def answer(s, cert, port):
    tls = port == 465
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("certs/%s.pem" % cert)
    if tls:
        s = context.wrap_socket(s, server_side=True)
    say = lambda *lines: s.sendall("".join(line + "\r\n" for line in lines).encode())
    say("220 mx.test ESMTP")
    f = s.makefile("rb")
    while True:
        line = f.readline()
        verb = line.strip().upper().split(b" ")[0]
        if verb == b"EHLO":
            more = (["250-STARTTLS"] if port == 587 and not tls else [])
            more += (["250-AUTH PLAIN LOGIN"] if tls else [])
            say("250-mx.test", *more, "250 8BITMIME")
        elif verb == b"STARTTLS" and port == 587 and not tls:
            say("220 Go ahead")
            s = context.wrap_socket(s, server_side=True)
            tls, f = True, s.makefile("rb")
        elif verb in (b"", b"QUIT"):
            say("221 Bye")
            return
        elif port == 587 and not tls:
            say("530 5.7.0 Must issue a STARTTLS command first")
        elif verb == b"AUTH":
            for _ in range(2 if b"LOGIN" in line.upper() else line.count(b" ") < 2):
                say("334 ")
                f.readline()
            say("235 2.7.0 Welcome")
        elif verb == b"DATA":
            say("354 Go ahead")
            while f.readline() not in (b".\r\n", b""):
                pass
            say("250 2.0.0 Queued")
        elif verb in (b"MAIL", b"RCPT", b"RSET", b"NOOP"):
            say("250 2.0.0 Ok")
        else:
            say("502 5.5.1 Error: command not implemented")

def serve(s, *rest):
    try:
        s.settimeout(10)
        answer(s, *rest)
    except OSError as e:
        print(rest, e, file=sys.stderr)
    finally:
        s.close()

def listen(address, cert, port):
    with socket.create_server((address, port)) as server:
        while True:
            s = server.accept()[0]
            threading.Thread(target=serve, args=(s, cert, port), daemon=True).start()

for address, cert in ("127.0.0.1", "good"), ("127.0.0.11", "self-signed"):
    for port in 587, 465, 2525:
        threading.Thread(target=listen, args=(address, cert, port), daemon=True).start()
time.sleep(80)
SERVER
start server python3 server.py
listening server t127.0.0.1:587 t127.0.0.1:465 t127.0.0.1:2525 t127.0.0.11:587 t127.0.0.11:2525

# lines CLIENT PORT: the settings for that port, from the last report.
# errors CLIENT PORT SETTING: what the client would say there; each on a line, numbers as N.
cat >look.py <<'LOOK'
import json, re, sys
what, client, port = sys.argv[1:4]
for row in json.load(open("report"))["advice"]:
    for c in row["clients"]:
        if c["client"] != client or row["port"] != int(port):
            continue
        if what == "lines":
            print("\n".join(c["settings"]))
        for w in c["wrong"]:
            if what == "errors" and w["setting"] == sys.argv[4] and w["error"]:
                print(re.sub(r"\d+", "N", w["error"]))
LOOK
look() { python3 look.py "$@"; }

export SSL_CERT_FILE=$work/certs/ca.crt CURL_CA_BUNDLE=$work/certs/ca.crt
export NODE_EXTRA_CA_CERTS=$work/certs/ca.crt
printf 'Subject: x\r\n\r\nx\r\n' >message.txt

# How each is run with the lines in `settings`. Waiting is made short.
run_python()
{
	{
		echo 'from email.message import EmailMessage; msg = EmailMessage()'
		echo 'msg["From"] = "f@mx.test"; msg["To"] = "t@mx.test"; msg.set_content("x")'
		sed 's/timeout=30/timeout=2/' settings
	} >send.py
	python3 send.py
}
run_curl()
{
	sed 's/FROM/f@mx.test/; s/ TO / t@mx.test /; s/^curl/curl -sS --max-time 2/' settings >send.sh
	bash send.sh
}
run_msmtp()
{
	sed 's/FROM/f@mx.test/' settings >msmtprc
	printf '%s\n' 'timeout 2' "tls_trust_file $work/certs/ca.crt" >>msmtprc
	chmod 600 msmtprc
	msmtp -C msmtprc t@mx.test <message.txt
}
run_nodemailer()
{
	{
		echo 'const nodemailer = require("nodemailer");'
		sed 's/^});/greetingTimeout: 2000, &/' settings
		echo 'transporter.sendMail({ from: "f@mx.test", to: "t@mx.test", text: "x" })'
		echo '.catch(e => { console.error(String(e), e); process.exit(1); });'
	} >send.js
	node send.js
}

# sends CLIENT PORT: by the lines for it.
sends()
{
	look lines "$1" "$2" >settings
	: >wrong
	"run_$1" >said 2>&1 || cat settings said >wrong
	verdict "$1: the lines for port $2 send"
}

# says CLIENT PORT SETTING OTHER: with the lines for port OTHER, at PORT, what the table says.
says()
{
	look errors "$1" "$2" "$3" | sed 's/FROM/f@mx.test/' >table
	look lines "$1" "$4" | sed "s/\\b$4\\b/$2/" >settings
	"run_$1" >said 2>&1
	sed -E 's/[0-9]+/N/g' said >numbers
	: >wrong
	grep -qF -f table numbers || cat table said >wrong
	[ -s table ] || echo "the table has no text for $3 at port $2" >wrong
	verdict "$1: lines for port $4 at port $2 give the error that the table has ($3)"
}

try()
{
	run --host mx.test --port 587,465,2525 --client "$1"
	sends "$1" 587
	sends "$1" 465
	sends "$1" 2525
	says "$1" 587 implicit-tls 465
	says "$1" 465 starttls-or-plaintext 587
	says "$1" 587 plaintext 2525
	says "$1" 2525 starttls 587
	run --host self.mx.test --port 587,465 --client "$1"
	says "$1" 587 certificate 587
}

try python
if curl --version 2>/dev/null | grep -q OpenSSL; then try curl; fi
if command -v msmtp >/dev/null; then try msmtp; fi
if command -v node >/dev/null && node -e 'require("nodemailer")' 2>/dev/null; then try nodemailer; fi
done_testing
