/** Watching, listening, talking, playing. How a line is read: `table.ts`. */
export const MEDIA = `
[streaming]
youtube youtube.com youtu.be googlevideo.com ytimg.com youtube-nocookie.com youtubei.googleapis.com youtubekids.com yt3.ggpht.com youtube.googleapis.com =youtube-upload =youtubeupload =youtube-streaming =youtube-posting =youtubekids
youtube-music music.youtube.com =youtubemusic
netflix netflix.com netflix.net nflxvideo.net nflxso.net nflximg.net nflximg.com nflxext.com =netflix-streaming
prime-video primevideo.com amazonvideo.com aiv-cdn.net aiv-delivery.net pv-cdn.net amazonprimevideo.com atv-ps.amazon.com =amazonvideo =amazon-instant-video =amazon-prime-video =amazon-video
disney-plus disneyplus.com disney-plus.net dssott.com bamgrid.com disneystreaming.com dssedge.com =disneyplus
hulu hulu.com hulustream.com huluim.com
max hbomax.com max.com hbomaxcdn.com hbo.com hbogo.com discoveryplus.com dmax.com =hbo =hbo-max =hbonow
paramount-plus paramountplus.com cbsivideo.com pplus.io
peacock peacocktv.com
apple-tv tv.apple.com play-edge.itunes.apple.com hls.itunes.apple.com =appletvplus =apple-tv-plus
apple-music music.apple.com mzstatic.com itunes.apple.com =appleitunes =itunes =itunes-base =itunes-audio =itunes-video
spotify tcp/4070 udp/57621 spotify.com scdn.co spotifycdn.com spotify.design pscdn.co spotifycdn.net =spotify-base
deezer deezer.com dzcdn.net
tidal tidal.com tidalhifi.com
soundcloud soundcloud.com sndcdn.com
amazon-music music.amazon.com amazonmusic.com =amazonmusic
pandora pandora.com
tunein tunein.com
twitch twitch.tv ttvnw.net jtvnw.net twitchcdn.net twitchsvc.net live-video.net =twitch-base
vimeo vimeo.com vimeocdn.com
dailymotion dailymotion.com dmcdn.net dm-event.net
kick kick.com
rumble rumble.com
plex tcp/32400 udp/32410,32412-32414 plex.tv plex.direct plexapp.com
jellyfin tcp/8096,8920 udp/7359
roku roku.com rokutime.com ravm.tv both/8060
dazn dazn.com dazn-api.com daznedge.net indazn.com
sky sky.com skycdp.com sky.de nowtv.com wowtv.de
rtl-plus rtl.de tvnow.de rtlplus.com
ard-mediathek ardmediathek.de daserste.de ardmediathek.akamaized.net ard.de
zdf-mediathek zdf.de zdf-cdn.live.cellular.de
joyn joyn.de
zattoo zattoo.com
waipu waipu.tv exaring.net
magenta-tv magentatv.de
canal-plus canalplus.com canal-plus.com
arte arte.tv
bbc-iplayer iplayer.bbc.co.uk bbcfmt.s.llnwi.net vod-dash-ww-live.akamaized.net bbcmedia.co.uk =bbciplayer =bbc-iplayer-base
itvx itv.com
globoplay globoplay.globo.com
crunchyroll crunchyroll.com vrv.co
viki viki.com
iqiyi iqiyi.com iq.com qiyi.com
bilibili bilibili.com bilivideo.com hdslb.com
youku youku.com ykimg.com
tencent-video v.qq.com video.qq.com
hotstar hotstar.com hotstarext.com
audible audible.com audible.de audible.co.uk
pluto-tv pluto.tv plutotv.net
tubi tubi.tv tubitv.com tubi.video
espn espn.com espncdn.com
sonos tcp/1400,1443 sonos.com
chromecast tcp/8010 =google-cast =googlecast
airplay tcp/7100 =raop
rtsp both/554,8554 tcp/322 =rtsp-base =real-media
rtmp tcp/1935 =rtmpt =rtmps =flash-video =macromedia-flash
mms both/1755 =ms-streaming
icecast =shoutcast
dash-hls =mpeg-dash =http-live-streaming =video-over-http =audio-over-http =http-video =http-audio
ndi tcp/5960-5969 =newtek-ndi
srt udp/9710 =haivision-srt
conviva conviva.com
brightcove brightcove.com brightcovecdn.com boltdns.net brightcove.net
jwplayer jwplayer.com jwpcdn.com jwpltx.com jwpsrv.com
wistia wistia.com wistia.net
limelight limelight.com
adult pornhub.com phncdn.com xvideos.com xvideos-cdn.com xhamster.com xhcdn.com xnxx.com redtube.com youporn.com onlyfans.com chaturbate.com stripchat.com =pornhub =adultcontent
bigo bigo.tv bigo.sg
mixcloud mixcloud.com
napster-music napster.com
siriusxm siriusxm.com
[social]
facebook facebook.com facebook.net fbcdn.net fb.com fbsbx.com fb.me fb.watch meta.com =facebook-base =facebookapps =fbookreelstory =facebook-video
instagram instagram.com cdninstagram.com ig.me =instagram-base
threads threads.net threads.com
x twitter.com x.com twimg.com t.co pscp.tv periscope.tv =twitter =twitter-base
linkedin linkedin.com licdn.com lnkd.in =linkedin-base
tiktok tiktok.com tiktokcdn.com tiktokv.com tiktokcdn-us.com tiktokcdn-eu.com tiktokv.eu ttlivecdn.com byteoversea.com ibyteimg.com ibytedtos.com musical.ly ttwstatic.com tiktokw.us muscdn.com bytefcdn-oversea.com =tiktok-base
snapchat snapchat.com sc-cdn.net snap-dev.net sc-static.net sc-gw.com snapads.com =snapchat-base
pinterest pinterest.com pinimg.com pinterest.de =pinterest-base
reddit reddit.com redd.it redditmedia.com redditstatic.com redditinc.com =reddit-base
tumblr tumblr.com
mastodon mastodon.social mastodon.online
bluesky bsky.app bsky.network bsky.social
vk vk.com userapi.com vk-cdn.net vkuser.net vk.ru vkuservideo.net =vkontakte
ok-ru ok.ru mycdn.me odnoklassniki.ru
weibo weibo.com weibo.cn sinaimg.cn =sina-weibo sinajs.cn sina.com.cn
xing xing.com
quora quora.com quoracdn.net
medium medium.com
substack substack.com substackcdn.com
imgur imgur.com
flickr flickr.com staticflickr.com
9gag 9gag.com 9cache.com
bereal bereal.com
nextdoor nextdoor.com nextdoor.de
meetup meetup.com
tinder tinder.com gotinder.com tindersparks.com
bumble bumble.com
badoo badoo.com
patreon patreon.com patreonusercontent.com
likee likee.video
douyin douyin.com douyincdn.com douyinvod.com zjcdn.com
giphy giphy.com tenor.com tenor.co
[messaging]
whatsapp whatsapp.com whatsapp.net wa.me both/4244,5242 tcp/5243 =whatsapp-base =whatsapp-web =whatsappfiles =whatsappcall =whatsapp-call
messenger messenger.com m.me mqtt-mini.facebook.com edge-chat.facebook.com =facebook-chat =facebookmessenger =facebookvoip
telegram telegram.org t.me telegram.me tdesktop.com telegra.ph telegram-cdn.org =telegram-base
signal signal.org whispersystems.org signal.art =signal-base =signal-voip
threema threema.ch
discord discord.com discord.gg discordapp.com discordapp.net discord.media discordcdn.com =discord-base
wechat wechat.com weixin.qq.com wx.qq.com weixin.qq.com.cn wechatapp.com =wechat-base =weixin
qq qq.com qpic.cn gtimg.com gtimg.cn qlogo.cn
line line.me line-apps.com line-scdn.net linecorp.com naver.jp =linecall =naver-line
kakaotalk kakao.com kakaocdn.net daumcdn.net kakaocorp.com
viber viber.com vbrpc.com udp/7985,7987 =viber-base =viber-voice =viber-voip
imessage ess.apple.com identity.apple.com =apple-imessage =imessage-base
icq icq.com icq.net tcp/5190 =aim =oscar
xmpp tcp/5222,5223,5269,5270,5280,5281 jabber.org =jabber =xmpp-client =unencrypted-jabber
irc tcp/194,6660-6669,6697 libera.chat =ircs
matrix tcp/8448 matrix.org element.io vector.im
wire wire.com
dingtalk dingtalk.com
element element.chat
google-chat chat.google.com hangouts.google.com dynamite-pa.googleapis.com =google-talk =gtalk
zalo zalo.me zadn.vn zaloapp.com
push tcp/5228-5230 mtalk.google.com fcm.googleapis.com push.apple.com notify.windows.com wns.windows.com push.services.mozilla.com tcp/2195-2197 =applepush =apple-push-notifications =apple-push-notification-service =google-fcm
onesignal onesignal.com
msn-messenger tcp/1863 =msn-messenger-base
yahoo-messenger tcp/5050
sms-gateway clickatell.com messagebird.com
chatwoot chatwoot.com livechatinc.com tawk.to drift.com driftt.com crisp.chat userlike.com
bonjour-chat tcp/5298
[gaming]
steam tcp/27015,27036,27037 udp/27000-27050,4380 steampowered.com steamcommunity.com steamstatic.com steamcontent.com steamserver.net steamusercontent.com steamgames.com steam-chat.com =steam-base =steam-client =source-engine =steam-datagram-relay
xbox both/3074 xbox.com xboxlive.com xboxservices.com xboxab.com xbox-api.com xboxgamepass.com =xbox-live =xboxlive
xcloud gssv-play-prod.xboxlive.com xcloud.com
playstation tcp/3480 udp/9293-9297 playstation.com playstation.net sonyentertainmentnetwork.com psn.com =playstation-network =ps-remote-play
nintendo nintendo.net nintendo.com nintendowifi.net nintendoswitch.com =nintendo-wfc
epic-games epicgames.com epicgames.dev unrealengine.com epicgames.net udp/15000-15200 easyanticheat.net eac-cdn.com =epicgames =fortnite
roblox roblox.com rbxcdn.com robloxlabs.com
riot-games tcp/2099 riotgames.com leagueoflegends.com pvp.net riotcdn.net lolesports.com playvalorant.com =leagueoflegends =league-of-legends =valorant =lolwildrift
blizzard both/1119,3724,6112-6119 battle.net blizzard.com battlenet.com.cn blz-contentstack.com =battle-net =worldofwarcraft =world-of-warcraft =warcraft3 =starcraft =heroes-of-the-storm
ea-games ea.com origin.com eaassets-a.akamaihd.net dice.se easports.com tnt-ea.com =origin
ubisoft ubisoft.com ubi.com uplay.com ubisoftconnect.com
rockstar rockstargames.com rsg.sc udp/6672 =rockstar-games
activision activision.com callofduty.com demonware.net =callofduty =call-of-duty =cod-mobile
minecraft tcp/25565 udp/19132,19133 minecraft.net mojang.com minecraftservices.com =minecraft-base
supercell supercell.com supercell.net clashofclans.com clashroyaleapp.com brawlstarsgame.com =clashofclans
genshin hoyoverse.com mihoyo.com hoyolab.com =genshinimpact
pubg pubg.com pubgmobile.com igamecj.com
geforce-now nvidiagrid.net geforcenow.com geforce.com =geforcenow
stadia stadia.com stadia.google.com
unity-games unity3d.com unity.com
garena garena.com garenanow.com
wargaming wargaming.net worldoftanks.eu wgcdn.co worldoftanks.com
cs-server udp/27960-27963 =quake =quake3 =counter-strike
doom tcp/666 udp/26000
armagetron udp/4534
teeworlds udp/8303
factorio udp/34197 factorio.com
ark udp/7777,7778
terraria tcp/7777 terraria.org
gog gog.com gog-statics.com
itch itch.io
king king.com midasplayer.com =candycrush
zynga zynga.com
toca-boca tocaboca.com
chess chess.com chesscomfiles.com lichess.org
faceit faceit.com faceit-cdn.net
pokemon-go nianticlabs.com pokemongolive.com
second-life secondlife.com lindenlab.com udp/12035,12036
oculus oculus.com oculuscdn.com
bethesda bethesda.net
square-enix square-enix.com finalfantasyxiv.com
[p2p]
bittorrent both/6881-6889,6969,51413 bittorrent.com utorrent.com thepiratebay.org 1337x.to opentrackr.org =bittorrent-base =bittorrent-networking =utp =encrypted-bittorrent =bit-torrent
bittorrent-lsd udp/6771
edonkey tcp/4661-4663 udp/4665,4672 emule-project.net =emule
gnutella both/6346-6348 =gnutella2
kazaa both/1214 =fasttrack =kazaa2
soulseek tcp/2234,2242 slsknet.org
direct-connect both/411,412 =directconnect =dc
ipfs both/4001 ipfs.io dweb.link
transmission transmissionbt.com
popcorn-time popcorntime.app
ares both/32285
freenet freenetproject.org
statistical-p2p =statistical-p2p-base =p2p
acestream both/8621 acestream.org acestream.net
thunder xunlei.com =xunlei
limewire limewire.com
retroshare retroshare.cc
`
