/** Shops, banks, papers, schools, journeys, and who counts the visitors. How a line is read: `table.ts`. */
export const LIFE = `
[shopping]
amazon amazon.com amazon.de amazon.co.uk amazon.fr amazon.it amazon.es amazon.co.jp amazon.ca amazon.in amazon.com.br amazon.nl amazon.pl amazon.se ssl-images-amazon.com media-amazon.com images-amazon.com amazonpay.com =amazon-base =amazon-shopping
ebay ebay.com ebay.de ebay.co.uk ebayimg.com ebaystatic.com ebay-kleinanzeigen.de kleinanzeigen.de =ebay-base
alibaba alibaba.com aliexpress.com aliexpress.us taobao.com tmall.com 1688.com
shopify shopify.com myshopify.com shopifycdn.com shopifysvc.com shopifycloud.com
etsy etsy.com etsystatic.com
zalando zalando.de zalando.com ztat.net
otto otto.de
temu temu.com kwcdn.com
shein shein.com ltwebstatic.com
walmart walmart.com walmartimages.com
ikea ikea.com
mediamarkt mediamarkt.de saturn.de mms.com
lidl lidl.de lidl.com
wish wish.com contextlogic.com
mercadolibre mercadolibre.com mercadolivre.com.br mlstatic.com
flipkart flipkart.com fkcdn.com
rakuten rakuten.com rakuten.co.jp
target target.com
best-buy bestbuy.com
costco costco.com
allegro allegro.pl
bol bol.com
cdiscount cdiscount.com
idealo idealo.de
uber-eats ubereats.com
doordash doordash.com
deliveroo deliveroo.com deliveroo.co.uk
just-eat just-eat.com lieferando.de takeaway.com just-eat.co.uk
[finance]
paypal paypal.com paypalobjects.com paypal.me
stripe stripe.com stripe.network stripecdn.com
klarna klarna.com klarnacdn.net klarna.net
adyen adyen.com
visa visa.com
mastercard mastercard.com
apple-pay apple-pay-gateway.apple.com smp-device-content.apple.com
google-pay pay.google.com payments.google.com
square squareup.com squarecdn.com square.com
wise wise.com transferwise.com
revolut revolut.com
n26 n26.com
sparkasse sparkasse.de
bloomberg tcp/8194,8195 bloomberg.com bloomberg.net
reuters-data refinitiv.com
swift-net swift.com
fix-protocol tcp/9878 =fix
coinbase coinbase.com
binance binance.com bnbstatic.com
kraken kraken.com
bitcoin tcp/8332,8333,18333 blockchain.info blockchain.com bitcoin.org
ethereum both/30303 tcp/8545,8546 etherscan.io ethereum.org infura.io
monero tcp/18080,18081 getmonero.org
stratum tcp/3333 nicehash.com nanopool.org ethermine.org minexmr.com supportxmr.com 2miners.com =mining
tradingview tradingview.com
robinhood robinhood.com
interactive-brokers tcp/4002 interactivebrokers.com ibkr.com
american-express americanexpress.com aexp-static.com
chase chase.com
bank-of-america bankofamerica.com
ing ing.de ing.com
[news]
bbc bbc.co.uk bbc.com bbci.co.uk
cnn cnn.com turner.com cnn.io
new-york-times nytimes.com nyt.com
guardian theguardian.com guim.co.uk guardianapis.com
washington-post washingtonpost.com
fox-news foxnews.com fox.com fncstatic.com
spiegel spiegel.de
tagesschau tagesschau.de
zeit zeit.de
faz faz.net
sueddeutsche sueddeutsche.de
bild bild.de
heise heise.de heise.cloud
golem golem.de
n-tv n-tv.de
welt welt.de
focus focus.de
le-monde lemonde.fr
le-figaro lefigaro.fr
el-pais elpais.com
corriere corriere.it
repubblica repubblica.it
reuters reuters.com
wall-street-journal wsj.com wsj.net dowjones.com
financial-times ft.com
forbes forbes.com
time-magazine time.com
usa-today usatoday.com gannett-cdn.com
daily-mail dailymail.co.uk mol.im
nbc-news nbcnews.com
weather weather.com wetter.com weather.gov accuweather.com wetter.de windy.com openweathermap.org
google-news news.google.com
apple-news news-edge.apple.com apple.news
flipboard flipboard.com
hacker-news news.ycombinator.com
the-verge theverge.com vox-cdn.com
techcrunch techcrunch.com
kicker kicker.de
[education]
wikipedia wikipedia.org wikimedia.org mediawiki.org wiktionary.org wikidata.org
coursera coursera.org
udemy udemy.com udemycdn.com
khan-academy khanacademy.org
duolingo duolingo.com
moodle moodle.org moodle.com moodlecloud.com
canvas-lms instructure.com canvaslms.com inscloudgate.net
blackboard blackboard.com
google-classroom classroom.google.com
google-scholar scholar.google.com
edx edx.org
quizlet quizlet.com
linkedin-learning learning.linkedin.com
researchgate researchgate.net
arxiv arxiv.org
sciencedirect sciencedirect.com elsevier.com
springer springer.com springernature.com nature.com
ieee ieee.org
fandom fandom.com wikia.nocookie.net wikia.com
ted ted.com
eduroam eduroam.org
scribd scribd.com slideshare.net
[travel]
google-maps maps.google.com maps.googleapis.com maps.gstatic.com khms0.googleapis.com =googlemaps =google-maps-base
apple-maps maps.apple.com ls.apple.com =applemaps
openstreetmap openstreetmap.org
waze waze.com =waze-base
here here.com hereapi.com
booking booking.com bstatic.com
airbnb airbnb.com muscache.com airbnb.de
expedia expedia.com hotels.com trvl-media.com
tripadvisor tripadvisor.com tacdn.com
uber uber.com
lyft lyft.com
deutsche-bahn bahn.de bahn.com dbnavigator.de
flightradar24 flightradar24.com
ryanair ryanair.com
lufthansa lufthansa.com
skyscanner skyscanner.net skyscanner.com
strava strava.com
komoot komoot.de komoot.com
mapbox mapbox.com
[advertising]
google-ads doubleclick.net googlesyndication.com googleadservices.com googletagservices.com googletagmanager.com google-analytics.com analytics.google.com app-measurement.com admob.com 2mdn.net adservice.google.com googletraffic.com googleoptimize.com imasdk.googleapis.com crashlytics.com app-analytics-services.com =doubleclick =google-analytics =google-ad-services =ads-analytic-track =ads-analytics-track =googleads =google-ads-base
amazon-ads amazon-adsystem.com
meta-pixel connect.facebook.net
criteo criteo.com criteo.net
taboola taboola.com taboolasyndication.com
outbrain outbrain.com outbrainimg.com
adnxs adnxs.com adnxs-simple.com
pubmatic pubmatic.com
rubicon rubiconproject.com magnite.com
the-trade-desk adsrvr.org
openx openx.net
index-exchange casalemedia.com indexww.com
scorecard scorecardresearch.com comscore.com
adjust adjust.com adjust.io
appsflyer appsflyer.com appsflyersdk.com
branch branch.io app.link
hotjar hotjar.com hotjar.io
mixpanel mixpanel.com
amplitude amplitude.com
segment segment.io segment.com
optimizely optimizely.com
quantcast quantserve.com quantcount.com
moat moatads.com
adform adform.net adformdsp.net
smart-adserver smartadserver.com sascdn.com
teads teads.tv
ioam ioam.de iocnt.net
matomo matomo.cloud
clarity clarity.ms
onetrust onetrust.com cookielaw.org cookiebot.com usercentrics.eu trustarc.com
applovin applovin.com applvn.com
ironsource ironsrc.mobi supersonicads.com
vungle vungle.com liftoff.io
inmobi inmobi.com
mopub mopub.com
microsoft-telemetry vortex.data.microsoft.com settings-win.data.microsoft.com events.data.microsoft.com telemetry.microsoft.com browser.events.data.msn.com =microsoft-telemetry-base
bing-ads bat.bing.com
tiktok-analytics analytics.tiktok.com
liveramp liveramp.com rlcdn.com
bluekai bluekai.com krxd.net demdex.net everesttech.net omtrdc.net 2o7.net
media-net media.net
chartbeat chartbeat.com chartbeat.net
braze braze.com braze.eu appboy.com
doubleverify doubleverify.com dvtps.com adsafeprotected.com
`
